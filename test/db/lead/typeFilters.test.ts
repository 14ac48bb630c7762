import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { asOwner } from '../../../db/connection/owner';
import { setCustomField } from '../../../db/customField/customField';
import { createLeads } from '../../../db/lead/create';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { typeFilters } from '../../../db/lead/typeFilters';
import type {
	CustomFieldCondition,
	CustomFieldOperator,
} from '../../../domain/customField/customFieldCondition';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

let acme: TestTenant;
let owner: postgres.Sql;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
	await asOwner(owner, async (tx) => {
		for (const field of [
			{ key: 'seats', type: 'number' as const },
			{ key: 'plan', type: 'select' as const, options: ['Gold', 'Silver', 'Big Deal'] },
			{ key: 'topics', type: 'multiSelect' as const, options: ['a', 'b', 'c, d'] },
			{ key: 'signed', type: 'date' as const },
			{ key: 'trial', type: 'boolean' as const },
			{ key: 'remark', type: 'text' as const },
			{ key: 'billing', type: 'email' as const },
		]) {
			await setCustomField(tx, acme.organization.id, field);
		}
	});
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});

/** The addresses of the leads that a filter finds, in order, or the error. */
async function found(filter: LeadFilter): Promise<string | string[]> {
	return await acme.run(async (tx) => {
		const [typed] = await typeFilters(tx, [filter as never]);
		if (typed?.error) return typed.error.message;
		const leads = await listLeads(tx, { ...(typed?.row as unknown as LeadFilter), sortDirection: 'asc' });
		return leads.map(({ email }) => email.split('@', 1)[0] ?? '');
	});
}

const where = (key: string, operator: CustomFieldOperator, value?: unknown, upTo?: unknown) =>
	found({ search: 'typed', customFieldConditions: [{ key, operator, value, upTo } as CustomFieldCondition] });

describe('conditions on custom fields', () => {
	beforeAll(async () => {
		const leads = [
			{ seats: 5, plan: 'Gold', signed: '2026-01-05', trial: true, topics: ['a'], free: 10 },
			{ seats: 10, plan: 'Big Deal', signed: '2026-02-01', trial: false, topics: ['a', 'c, d'], free: '9' },
			{ seats: 100, remark: 'Hello World', billing: 'ann@x.example', topics: [] },
			{},
		].map((customFields, n) => ({
			email: `${'abcd'.charAt(n)}@typed.example`,
			firstName: '',
			lastName: '',
			customFields,
		}));
		rowsOf(await acme.run((tx) => createLeads(tx, leads)));
		// As other programs and earlier types of the field left them.
		const old = {
			seats: '10',
			trial: 'Yes',
			signed: '2026-02-01T10:00:00Z',
			plan: 7,
			topics: 'a',
			billing: 'ANN@x.example',
		};
		for (const [letter, fields] of [
			['e', old],
			['f', { seats: 'about ten', trial: 5, signed: 'soon', topics: null }],
			['g', [1, 'seats']],
			['h', 'seats'],
		] as const) {
			await owner`
				insert into leads (organization_id, email, first_name, last_name, custom_fields)
				values (${acme.organization.id}, ${`${letter}@typed.example`}, '', '', ${owner.json(fields)})`;
		}
	});

	it.each<[string, CustomFieldOperator, unknown, unknown, string]>([
		['seats', 'equals', '10', undefined, 'be'],
		['seats', 'equals', 10.0, undefined, 'be'],
		['seats', 'notEquals', 10, undefined, 'acdfgh'],
		['seats', 'greater', '9', undefined, 'bce'],
		['seats', 'greaterOrEqual', 10, undefined, 'bce'],
		['seats', 'less', 100, undefined, 'abe'],
		['seats', 'lessOrEqual', 5, undefined, 'a'],
		['seats', 'between', 5, '10', 'abe'],
		['seats', 'anyOf', '5, 100', undefined, 'ac'],
		['seats', 'anyOf', [5, '10'], undefined, 'abe'],
		['seats', 'exists', undefined, undefined, 'abcef'],
		['seats', 'notExists', undefined, undefined, 'dgh'],
		['signed', 'greater', '2026-01-05', undefined, 'be'],
		['signed', 'equals', 'Sun, 01 Feb 2026 23:00:00 -0500', undefined, 'be'],
		['signed', 'between', '2026-01-01', '31 January 2026', 'a'],
		['trial', 'equals', 'yes', undefined, 'ae'],
		['trial', 'notEquals', true, undefined, 'bcdfgh'],
		['plan', 'equals', 'gold', undefined, 'a'],
		['plan', 'equals', 'big-deal', undefined, 'b'],
		['plan', 'anyOf', 'Gold; BIG DEAL', undefined, 'ab'],
		['plan', 'contains', 'deal', undefined, 'b'],
		['topics', 'contains', 'A', undefined, 'ab'],
		['topics', 'anyOf', ['b', 'C, D'], undefined, 'b'],
		['topics', 'equals', ['c, d', 'a'], undefined, 'b'],
		['remark', 'contains', 'hello w', undefined, 'c'],
		['remark', 'equals', 'Hello World', undefined, 'c'],
		['remark', 'equals', 'hello world', undefined, ''],
		['billing', 'equals', 'Ann <Ann@X.example>', undefined, 'ce'],
		['free', 'equals', 10, undefined, 'a'],
		['free', 'greater', '8', undefined, 'ab'],
	])('%s %s %j %j finds %5$s', async (key, operator, value, upTo, letters) => {
		expect(await where(key, operator, value, upTo)).toEqual(letters.split(''));
	});

	it.each<[string, CustomFieldOperator, unknown, unknown, RegExp]>([
		['seats', 'equals', 'many', undefined, /^customFields\.seats is not a number$/],
		[
			'seats',
			'contains',
			'1',
			undefined,
			/^customFields\.seats is a number and cannot be compared by contains$/,
		],
		['seats', 'between', 10, 5, /ends before it begins/],
		['seats', 'between', 10, undefined, /nothing to be compared with/],
		['seats', 'anyOf', [], undefined, /nothing to be compared with/],
		['trial', 'greater', 1, undefined, /is a boolean and cannot be compared by greater/],
		['signed', 'less', '01/02/2026', undefined, /does not say which number is the day/],
		['plan', 'equals', 'Bronze', undefined, /must be one of Gold, Silver, Big Deal/],
		['free', 'greater', 'much', undefined, /is not a number/],
		[
			'seets',
			'equals',
			1,
			undefined,
			/^customFields\.seets is no custom field of the organization, and no lead has it$/,
		],
		['seets', 'notExists', undefined, undefined, /seets is no custom field/],
	])('%s %s %j %j is refused', async (key, operator, value, upTo, message) => {
		expect(await where(key, operator, value, upTo)).toMatch(message);
	});

	it('hold for the values that are to be equal, too', async () => {
		expect(await found({ search: 'typed', customFields: { seats: '10', trial: 'no' } })).toEqual(['b']);
		expect(await found({ search: 'typed', customFields: { topics: 'a' } })).toEqual(['a', 'b']);
		expect(await found({ search: 'typed', customFields: { free: 10 } })).toEqual(['a']);
		expect(await found({ customFields: { sets: 1 } })).toMatch(/^customFields\.sets is no custom field/);
	});

	it('fail alone', async () => {
		const filters = [{ customFields: { seats: 'x' } }, { customFields: { plan: 'GOLD' } }, {}];
		const results = await acme.run((tx) => typeFilters(tx, filters));
		expect(results.map(({ row, error }) => error?.code ?? row)).toEqual([
			'INVALID_VALUE',
			{ customFieldConditions: [{ key: 'plan', operator: 'equals', type: 'select', values: ['Gold'] }] },
			{},
		]);
	});

	it('see nothing of other organizations, and no hostile key does harm', async () => {
		const key = `x' or true -- "\\`;
		rowsOf(
			await acme.run((tx) =>
				createLeads(tx, [
					{ email: 'hostile@typed.example', firstName: '', lastName: '', customFields: { [key]: key } },
				]),
			),
		);
		expect(await where(key, 'equals', key)).toEqual(['hostile']);
		expect(await where(key, 'contains', `' OR TRUE`)).toEqual(['hostile']);
		expect(await where(key, 'greater', '1')).toEqual([]);
	});
});

describe('conditions on custom fields, whichever way the leads are found', { timeout: 90_000 }, () => {
	const number = fc.constantFrom(1, 2, 10, 10.5, -3, 1000);
	const word = fc.constantFrom(
		'steel',
		'Steel',
		'paper',
		"o'hara",
		'a & b',
		'10',
		'true',
		'x@y.example',
		'{"a"}',
		'50%',
	);
	const day = fc.constantFrom('2026-01-05', '2026-02-01', '2026-02-28');
	const fields = fc.record(
		{
			seats: fc.oneof(number, number.map(String), word),
			remark: fc.oneof(word, number),
			signed: fc.oneof(day, word),
			topics: fc.subarray(['a', 'b', 'c, d']),
			trial: fc.oneof(fc.boolean(), word),
		},
		{ requiredKeys: [] },
	);
	const condition = fc.oneof(
		fc.record({
			key: fc.constant('seats'),
			operator: fc.constantFrom('equals', 'notEquals', 'greater', 'lessOrEqual', 'exists', 'notExists'),
			value: number,
		}),
		fc.record({
			key: fc.constant('seats'),
			operator: fc.constant('anyOf'),
			value: fc.array(number, { minLength: 1 }),
		}),
		fc.record({
			key: fc.constant('remark'),
			operator: fc.constantFrom('equals', 'notEquals', 'contains', 'exists'),
			value: word,
		}),
		fc.record({
			key: fc.constant('signed'),
			operator: fc.constantFrom('equals', 'greater', 'less'),
			value: day,
		}),
		fc.record({
			key: fc.constant('topics'),
			operator: fc.constantFrom('contains', 'anyOf'),
			value: fc.constantFrom('a', 'b', 'c, d'),
		}),
		fc.record({
			key: fc.constant('trial'),
			operator: fc.constantFrom('equals', 'notEquals'),
			value: fc.boolean(),
		}),
	);

	/** What the database is to find, for one lead. */
	function meets(
		stored: Record<string, unknown>,
		{ key, operator, value }: Record<string, unknown>,
	): boolean {
		const has = stored[key as string] as string | number | boolean | undefined;
		const isNumber = typeof has === 'number' || /^-?\d+(\.\d+)?$/.test(String(has));
		if (operator === 'exists') return has !== undefined;
		if (operator === 'notExists') return has === undefined;
		if (operator === 'notEquals') return !meets(stored, { key, operator: 'equals', value });
		if (has === undefined) return false;
		if (key === 'topics') return (has as unknown as string[]).includes(value as string);
		if (key === 'trial') return String(has) === String(value);
		if (operator === 'contains') return String(has).toLowerCase().includes(String(value).toLowerCase());
		if (operator === 'anyOf') return isNumber && (value as number[]).includes(Number(has));
		if (operator === 'equals')
			return key === 'seats' ? isNumber && Number(has) === value : String(has) === value;
		if (key === 'signed') {
			if (!/^\d{4}-/.test(has as string)) return false;
			return operator === 'greater'
				? (has as string) > (value as string)
				: (has as string) < (value as string);
		}
		if (!isNumber) return false;
		return operator === 'greater' ? Number(has) > (value as number) : Number(has) <= (value as number);
	}

	it('are met by those that a comparison with every lead finds', async () => {
		const stored = fc.sample(fields, { numRuns: 600, seed: 5 });
		await owner`
			insert into leads (organization_id, email, first_name, last_name, company, custom_fields)
			select ${acme.organization.id}, 'p' || n || '@property.example', '', '', 'property', fields
			from jsonb_array_elements(${owner.json(stored as never)}::jsonb) with ordinality as t(fields, n)`;
		let hits = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.array(condition, { minLength: 1, maxLength: 2 }),
				fc.constantFrom(3, 50, null),
				fc.constantFrom({}, { search: 'property' }),
				async (conditions, limit, also) => {
					const names = await found({
						...also,
						customFieldConditions: conditions as unknown as CustomFieldCondition[],
						limit,
						email: undefined,
					});
					const wanted = stored.flatMap((one, n) =>
						conditions.every((each) => meets(one, each)) ? [`p${String(n + 1)}`] : [],
					);
					const own = (names as string[]).filter((name) => /^p\d+$/.test(name));
					const isPage = limit !== null && names.length >= limit;
					expect(own).toEqual(isPage ? wanted.slice(0, own.length) : wanted);
					hits += own.length;
				},
			),
			{ numRuns: 150, seed: 3 },
		);
		expect(hits).toBeGreaterThan(2_000);
	});
});
