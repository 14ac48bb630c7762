import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { asOwner } from '../../../../../db/connection/owner';
import { setCustomField } from '../../../../../db/customField/customField';
import { type LmaUnderTest, openLma } from '../../lma';

let lma: LmaUnderTest;

beforeAll(async () => {
	lma = await openLma();
	await asOwner(lma.owner, async (tx) => {
		await setCustomField(tx, lma.acme.id, { key: 'seats', type: 'number' });
		await setCustomField(tx, lma.acme.id, { key: 'signed', type: 'date' });
		await setCustomField(tx, lma.acme.id, { key: 'plan', type: 'select', options: ['Gold', 'Big Deal'] });
	});
	await lma.output(
		'lead.create',
		{
			email: '={{ $json.email }}',
			additionalFields: { customFields: '={{ $json.fields }}', status: '={{ $json.status }}' },
		},
		[
			{
				email: 'a@x.example',
				status: 'Closed Won',
				fields: { seats: 5, signed: '2026-01-05', plan: 'gold' },
			},
			{
				email: 'b@x.example',
				status: 'new',
				fields: { seats: '50', signed: '2026-02-05', plan: 'BIG DEAL' },
			},
			{ email: 'c@x.example', status: 'Qualified', fields: { free: 1 } },
		],
	);
});
afterAll(() => lma.close());

type Filters = Record<string, unknown>;

async function find(filters: Filters, item = {}): Promise<string[]> {
	const leads = await lma.output('lead.getMany', { filters: filters as never }, [item], {
		timezone: 'Asia/Tokyo',
	});
	return leads.map(({ email }) => (email as string).charAt(0)).sort();
}

const conditions = (...condition: object[]) => ({ customFieldConditions: { condition } });

describe('Get Many', () => {
	test.each<[string, Filters, string]>([
		['greater', conditions({ key: 'seats', operator: 'greater', value: '9' }), 'b'],
		[
			'two conditions',
			conditions({ key: 'seats', operator: 'exists' }, { key: 'plan', operator: 'equals', value: 'gold' }),
			'a',
		],
		[
			'a range of days',
			conditions({
				key: 'signed',
				operator: 'between',
				value: '2026-02-01',
				upTo: '={{ DateTime.fromISO("2026-02-28") }}',
			}),
			'b',
		],
		[
			'milliseconds',
			conditions({
				key: 'signed',
				operator: 'equals',
				value: '={{ Date.parse("2026-01-05T00:00:00+09:00") }}',
			}),
			'a',
		],
		[
			'a list of values',
			conditions({ key: 'plan', operator: 'anyOf', value: '={{ ["gold", "big-deal"] }}' }),
			'ab',
		],
		['JSON, by type', { customFields: '{ "seats": "50" }' }, 'b'],
		['JSON of a free key', { customFields: '{ "free": 1 }' }, 'c'],
		['no condition', { customFieldConditions: {} }, 'abc'],
		['a label', { status: ['closed won'] }, 'a'],
		['labels as text', { status: '={{ "Closed Won, new" }}' }, 'ab'],
	])('finds by %s', async (_, filters, letters) => {
		expect(await find(filters)).toEqual(letters.split(''));
	});

	test.each<[string, Filters, RegExp]>([
		['an unknown key', { customFields: '{ "seets": 1 }' }, /^customFields\.seets is no custom field /],
		[
			'a value of another type',
			conditions({ key: 'seats', operator: 'less', value: 'few' }),
			/^customFields\.seats is not a number/,
		],
		['no operator', conditions({ key: 'seats', operator: 'around', value: 1 }), /operator must be one of/],
		['no key', conditions({ key: '', value: 1 }), /key is empty/],
	])('names %s', async (_, filters, message) => {
		const { error } = await lma.run('lead.getMany', { filters: filters as never });
		expect(error?.message).toMatch(message);
	});

	test('tells which custom fields there are', async () => {
		const { error } = await lma.run('lead.getMany', { filters: { customFields: '{ "Seats": 1 }' } });
		expect(error?.description).toContain('registered are seats, signed, plan');
	});
});

describe('Get Many by custom fields', () => {
	const seats = conditions({ key: 'seats', operator: 'greater', value: '1' });
	const page = (filters: Filters, options: object) =>
		lma.run('lead.getMany', { filters, limit: 1, options } as never, [{}], {
			onError: 'continueErrorOutput',
		});

	test('goes on by cursor, which fits the same conditions alone', async () => {
		const { outputs } = await page(seats, { includeCursor: true });
		const [first] = outputs[0] ?? [];
		const afterCursor = first?.json.cursor;
		const second = await page(seats, { afterCursor });
		expect([first, ...(second.outputs[0] ?? [])].map((item) => item?.json.email)).toEqual([
			'b@x.example',
			'a@x.example',
		]);
		const other = await page(conditions({ key: 'seats', operator: 'greater', value: '2' }), { afterCursor });
		expect(other.outputs[1]?.[0]?.json.error).toMatch(/^afterCursor is a cursor of a list with another/);
	});

	test('of which one is enough', async () => {
		const either = conditions(
			{ key: 'seats', operator: 'equals', value: '50' },
			{ key: 'plan', operator: 'equals', value: 'gold' },
		);
		const found = await lma.output('lead.getMany', { filters: either as never, match: 'any' }, [{}]);
		expect(found.map(({ email }) => email)).toEqual(['b@x.example', 'a@x.example']);
	});
});
