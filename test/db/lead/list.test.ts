import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import type { LeadFilter } from '../../../db/lead/leadFilter';
import { listLeads } from '../../../db/lead/list';
import { LEAD_ORDERS } from '../../../domain/lead/leadOrder';
import { seedOrganization } from '../../setup/database';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

const words = [
	'ann',
	'Ann-Lena',
	"O'Neil",
	'müller',
	'東京',
	'a&b',
	'c|d',
	'!x',
	':*',
	'(y)',
	'\\z',
	'50%_',
	'"q"',
	'x.y',
];
const word = fc.constantFrom(...words);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
const tag = fc.oneof(word, phrase, fc.constantFrom('50', '🔥', ' ', 'vip, fair', '{"a": 1}'));
const value = fc.oneof(
	phrase,
	fc.constantFrom(0, 50, -5, 0.5, 3.25, 9_007_199_254_740_991, 1e-21, 1e-9, -0.125),
	fc.boolean(),
	fc.constant(null),
	fc.array(fc.oneof(word, fc.integer({ min: -3, max: 3 })), { maxLength: 3 }),
	fc.record({ city: word, zip: fc.integer({ min: 0, max: 20 }) }, { requiredKeys: [] }),
);
const customFields = fc.dictionary(fc.oneof(word, fc.constantFrom('industry', 'size', 'a b', '')), value, {
	maxKeys: 3,
});

const lead = fc.record({
	email: fc.nat(999_999).map((n) => `ann.b${n}@x-y.test`),
	firstName: phrase,
	lastName: phrase,
	company: fc.option(phrase, { nil: undefined }),
	tags: fc.option(
		fc.array(
			tag.filter((text) => text.trim() !== ''),
			{ maxLength: 3 },
		),
		{ nil: undefined },
	),
	customFields: fc.option(customFields, { nil: undefined }),
});

const filter: fc.Arbitrary<LeadFilter> = fc.oneof(
	fc.record({
		tags: fc.array(
			tag.filter((text) => text.trim() !== ''),
			{ minLength: 1, maxLength: 2 },
		),
	}),
	fc.record({ customFields: customFields }),
	fc.record({ search: phrase }),
	fc.record({ search: word.map((text) => Array.from(text).slice(0, 2).join('')), customFields }),
);

describe('leads found through the search index', { timeout: 60_000 }, () => {
	let acme: TestTenant;
	beforeAll(async () => {
		acme = await openTenant();
	});
	afterAll(() => acme.close());

	it('are those that a comparison with every lead finds, whatever the tags, custom fields and words', async () => {
		const leads = fc.sample(lead, { numRuns: 400, seed: 7 });
		rowsOf(await acme.run((tx) => createLeads(tx, leads)));
		let found = 0;
		await fc.assert(
			fc.asyncProperty(filter, async (wanted) => {
				const indexed = await acme.run((tx) =>
					listLeads(tx, { ...wanted, limit: null, sortDirection: 'asc' }),
				);
				const tags = wanted.tags?.map((text) => text.trim());
				const compared = await acme.run(
					(tx) => tx<{ id: number; text: string }[]>`
						select id, lower(concat_ws(' ', first_name, last_name, company, job_title, email)) as text
						from leads
						where ${tags ? tx`tags @> ${tx.json(tags)}` : tx`true`}
							and ${wanted.customFields ? tx`custom_fields @> ${tx.json(wanted.customFields as never)}` : tx`true`}
						order by created_at, id`,
				);
				const expected = compared.filter(({ text }) => hasWords(text, wanted.search)).map(({ id }) => id);
				expect(indexed.map(({ id }) => id)).toEqual(expected);
				found += expected.length;
			}),
			{ numRuns: 400, seed: 11 },
		);
		expect(found).toBeGreaterThan(5000);
	});

	it('come in pages of the whole list, whichever way a page is found', async () => {
		const more = fc.sample(lead, { numRuns: 2000, seed: 13 }).map((one, n) => ({
			...one,
			score: (n * 37) % 101,
			status: n % 9 === 0 ? ('QUALIFIED' as const) : ('NEW' as const),
		}));
		rowsOf(await acme.run((tx) => createLeads(tx, more)));
		const page = fc.record({
			filter,
			also: fc.record(
				{
					status: fc.subarray(['NEW' as const, 'QUALIFIED' as const], { minLength: 1 }),
					minScore: fc.integer({ min: 0, max: 100 }),
				},
				{ requiredKeys: [] },
			),
			sortBy: fc.constantFrom(...LEAD_ORDERS),
			sortDirection: fc.constantFrom('asc' as const, 'desc' as const),
			limit: fc.integer({ min: 1, max: 60 }),
			offset: fc.constantFrom(0, 0, 1, 20, 400),
		});
		const sizes = new Set<string>();
		await fc.assert(
			fc.asyncProperty(page, async ({ filter: wanted, also, sortBy, sortDirection, limit, offset }) => {
				const list = (range: { limit: number | null; offset?: number }) =>
					acme.run((tx) => listLeads(tx, { ...wanted, ...also, sortBy, sortDirection, ...range }));
				const all = await list({ limit: null });
				expect((await list({ limit, offset })).map(({ id }) => id)).toEqual(
					all.slice(offset, offset + limit).map(({ id }) => id),
				);
				sizes.add(all.length > 1000 ? 'most' : all.length > 60 ? 'many' : all.length > 0 ? 'few' : 'none');
			}),
			{ numRuns: 400, seed: 17 },
		);
		expect([...sizes].sort()).toEqual(['few', 'many', 'most', 'none']);
	});

	it('are none of another organization, whose words are the same', async () => {
		await seedOrganization(acme.database.ownerUrl, 'globex');
		const zebra = { email: 'x@y.test', firstName: 'Unique', lastName: 'Zebra', tags: ['stripes'] };
		await inOrganization(acme.sql, 'globex', (tx) => createLeads(tx, [zebra]));
		expect(await acme.run((tx) => listLeads(tx, { search: 'zebra' }))).toEqual([]);
		expect(await acme.run((tx) => listLeads(tx, { tags: ['stripes'] }))).toEqual([]);
		expect(await inOrganization(acme.sql, 'globex', (tx) => listLeads(tx, { search: 'zebra' }))).toHaveLength(
			1,
		);
	});

	it('refuse a condition that they do not know', async () => {
		await expect(acme.run((tx) => tx`select lma.find_leads('{"colour": "red"}')`)).rejects.toThrow(
			'Leads cannot be filtered by colour',
		);
	});
});

function hasWords(text: string, search: string | undefined): boolean {
	if (search === undefined) return true;
	const split = (phrase: string) =>
		phrase
			.toLowerCase()
			.split(/[ .@\-']/)
			.filter((part) => part !== '');
	const wanted = split(search);
	return wanted.length > 0 && wanted.every((begin) => split(text).some((part) => part.startsWith(begin)));
}
