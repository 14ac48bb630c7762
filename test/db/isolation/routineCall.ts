import { literal, type Secret } from './secret';
import type { Statement } from './statement';
import type { Tape } from './tape';
import type { Vocabulary } from './vocabulary';

/** Words that functions of LMA know, besides the value in question. */
const KNOWN_WORDS = [
	'newest',
	'oldest',
	'score',
	'keep',
	'now',
	'beginning',
	'contains',
	'lma.organization_id',
	'lead.created',
];
const KNOWN_KEYS = [
	'email',
	'search',
	'assignedToId',
	'minScore',
	'maxScore',
	'customFields',
	'tags',
	'leadIds',
	'team',
	'to',
	'assignedTo',
];

/** A call of a function with random arguments. */
export function routineCall(tape: Tape, words: Vocabulary, kind: Secret['kind']): Statement {
	const routine = tape.pick(words.routines);
	const count = routine.arguments.filter(({ isOptional }) => !isOptional || tape.chance(2)).length;
	const given = routine.arguments.slice(0, count).map(({ type }) => argument(tape, words, type, kind));
	return {
		about: (x) => `select * from ${routine.name}(${given.map((value) => value(x)).join(', ')})`,
		canKeep: false,
		isChoice: routine.name === 'lma.use_organization',
		isVolatile: routine.isVolatile,
	};
}

function argument(tape: Tape, words: Vocabulary, type: string, kind: Secret['kind']): (x: string) => string {
	const isNumber = kind === 'number';
	if (/^(integer|bigint|numeric|double precision|real|smallint)$/.test(type)) {
		const made = tape.pick(['0', '1', '5', '100', String(words.tenant.id), 'null']);
		const takesX = isNumber && !tape.chance(3);
		return (x) => `${takesX ? x : made}::${type}`;
	}
	if (/^(text|character varying|name)$/.test(type)) {
		const made = tape.pick([...KNOWN_WORDS, words.tenant.slug, `${words.tenant.slug} reader`]);
		const takesX = tape.chance(2);
		return (x) => `${takesX ? `${x}::text` : literal('text', made)}::${type}`;
	}
	if (type === 'jsonb' || type === 'json') {
		const key = tape.pick(KNOWN_KEYS);
		const form = tape.pick<(x: string) => string>([
			() => `'{}'`,
			(x) => `jsonb_build_object('${key}', ${x})`,
			(x) => `jsonb_build_object('${key}', jsonb_build_array(${x}))`,
			(x) => `jsonb_build_object('${key}', jsonb_build_object('team', ${x}))`,
			(x) => `to_jsonb(${x})`,
		]);
		return (x) => `(${form(x)})::${type}`;
	}
	if (/^(integer|bigint)\[\]$/.test(type))
		return (x) => (isNumber ? `array[${x}]::${type}` : `'{}'::${type}`);
	if (type.endsWith('[]')) {
		const known = tape.pick(KNOWN_WORDS);
		const takesX = tape.chance(2);
		return (x) => `array[${takesX ? x : `'${known}'`}]::text[]::${type}`;
	}
	if (type === 'boolean') return () => 'true';
	return () => `null::${type}`;
}
