import fc from 'fast-check';
import { DateTime } from 'luxon';
import { ENTITIES, Reference } from './reference';

/** JSON keeps `__proto__` as a key of its own; a literal would set the prototype. */
const parsed = (json: string) => JSON.parse(json) as unknown;

function nested(depth: number): unknown {
	return Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 'deep');
}

/** Values that some program somewhere has stumbled over. */
const KNOWN_TROUBLE: unknown[] = [
	...[null, true, false, 0, -0, -1, 0.5, 1e-7, 1e21, NaN, Infinity, -Infinity],
	...[2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 10n ** 30n],
	...[
		'',
		' ',
		'\t\r\n',
		'0',
		'-1',
		'1.5',
		'1e3',
		'0x10',
		'１２',
		'2147483648',
		'9'.repeat(40),
		'NaN',
		'Infinity',
	],
	...[
		'null',
		'undefined',
		'true',
		'[]',
		'{}',
		'[1,2',
		'{"a":',
		'["a",1,null]',
		'{"a":"\\u0000"}',
		'"\\ud800"',
	],
	...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'error', 'json'],
	...['\0', 'a\0b', '\ud800', 'a\udfff', '\u202e', '\ufeff', '👩‍👩‍👧‍👦'.repeat(20), 'İ', 'ß', '\u0301'.repeat(300)],
	...[
		"'",
		"'; drop table leads; --",
		'1 or 1=1',
		'$1',
		'$$',
		'\\',
		'%',
		'_%\\',
		'{}',
		'{a,"b"}',
		'(1,2)',
		'::int',
	],
	...[
		'{{ $json }}',
		'={{ 1 + 1 }}',
		'${x}',
		'<script>',
		'../../etc/passwd',
		'a,b,,c',
		',',
		'a@b',
		'@',
		'a@b.c,d@e.f',
	],
	...['2026-02-30', '2026-13-01T25:61:61Z', '0000-00-00', '0000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z'],
	...[
		'9999-12-31T23:59:59.999999Z',
		'+275760-09-13T00:00:00Z',
		'10000-01-01',
		'2026-11-22T14:30:00+99:99',
		'2026',
	],
	...[
		'2026-03-29T02:30:00',
		'2026-W10',
		'infinity',
		'-infinity',
		'now',
		'epoch',
		'tomorrow',
		'4713-01-01 BC',
	],
	...[
		new Date(NaN),
		new Date(8.64e15),
		new Date(-8.64e15),
		DateTime.invalid('test'),
		DateTime.fromMillis(8.64e15),
	],
	...[
		[],
		[[]],
		[null],
		[undefined],
		[''],
		[{}],
		[NaN],
		['a', ['b']],
		Array(3),
		Array.from({ length: 2000 }, () => 'x'),
	],
	...[
		{},
		{ '': '' },
		{ value: 1 },
		{ id: 1 },
		{ length: 5 },
		{ toString: 1 },
		{ toJSON: 'x' },
		{ valueOf: null },
	],
	parsed('{"__proto__":{"isAdmin":true}}'),
	parsed('{"constructor":{"prototype":{"isAdmin":true}}}'),
	parsed('{"a":{"__proto__":[1]},"b\\u0000":1}'),
	nested(400),
	`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
	'x'.repeat(300),
	'x'.repeat(100_001),
	...[{ __rl: true }, { __rl: true, mode: 'id' }, { __rl: true, mode: 'id', value: null }],
	...[
		{ __rl: true, mode: 'list', value: '' },
		{ __rl: true, mode: 'nonsense', value: 'x' },
	],
	...[
		{ __rl: true, mode: 'id', value: [1] },
		{ __rl: true, mode: 'id', value: { __rl: true, mode: 'id', value: 1 } },
	],
	...[
		{ __rl: false, mode: 'id', value: 1 },
		{ mode: 'email', value: 'a@example.com' },
	],
	...[
		{ __rl: true, mode: 'email', value: 'nobody' },
		{ __rl: true, mode: 'url', value: 'https://x.test/1' },
	],
	...[{ mappingMode: 'defineBelow', value: null }, { mappingMode: 1, value: [1] }, { values: [{ a: 1 }] }],
];

const trouble = fc.constantFrom(...KNOWN_TROUBLE);
const random = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<unknown>,
	fc.double(),
	fc.integer(),
	fc.date({ noInvalidDate: false }),
);

/** An id where none is expected, or of a row of another organization. */
const stranger = fc
	.tuple(
		fc.constantFrom(...ENTITIES),
		fc.constantFrom('ours' as const, 'theirs' as const),
		fc.nat(20),
		fc.constantFrom('number' as const, 'text' as const),
	)
	.map(([entity, owner, nth, written]) => new Reference(entity, owner, nth, written));

const plain = fc.oneof(
	{ weight: 6, arbitrary: trouble },
	{ weight: 2, arbitrary: random },
	{ weight: 2, arbitrary: stranger },
);

/** A value that does not belong where it is put, or only just. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 8, arbitrary: plain },
	{ weight: 1, arbitrary: fc.array(plain, { maxLength: 4 }) },
	{ weight: 1, arbitrary: fc.dictionary(fc.constantFrom('__proto__', 'value', 'id', 'a', ''), plain) },
	{
		weight: 1,
		arbitrary: plain.map((value) => ({ __rl: true, mode: 'id', value })),
	},
);
