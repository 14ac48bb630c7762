import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { mergeLeads } from '../../../db/merge/mergeLeads';
import type { MergedLead } from '../../../db/merge/mergedLead';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from '../../../domain/lead/labels';
import { MERGE_RULES, type MergeRules } from '../../../domain/merge/planMerge';
import { openTenant, rowsOf, type TestTenant } from '../../setup/tenant';

/** Merges that are looked at, and then done, by one call each. */
const MERGES_AT_ONCE = 250;
const ROUNDS = 4;

let acme: TestTenant;
beforeAll(async () => {
	acme = await openTenant();
});
afterAll(() => acme.close());

/** Few values, so that leads often have the same one. */
const maybe = <T>(...values: T[]) => fc.constantFrom(null, ...values);
const name = fc.constantFrom('', ' ', 'Ann', 'Änn', 'Annabel', '👩‍👩‍👧');
const text = maybe('', ' ', 'a', 'ä', 'abc', 'abd', '👩‍👩‍👧');
/** To the millisecond: what differs by less looks the same in a preview, and is a change to PostgreSQL. */
const moment = maybe(
	'2026-01-01T00:00:00Z',
	'2026-01-01T00:00:00.5Z',
	'2025-12-31T23:30:00-02:00',
	'2024-02-29T12:00:00Z',
);
/** Whatever a program may have put there; only what the schema of leads allows comes from the nodes. */
const json = fc.constantFrom<unknown>(null, '', ' ', 'x', 0, 1, false, [], {}, ['x'], { a: 1 }, { a: null });
const tags = fc.oneof(
	fc.array(fc.constantFrom<unknown>('a', 'b', 'A', '', 1, null, ['a'], { a: 1, bc: 2 }), { maxLength: 4 }),
	fc.constantFrom(null, {}, 'a'),
);
const customFields = fc.oneof(
	fc.dictionary(fc.constantFrom('a', 'bc', 'B', '__proto__', ''), json, { maxKeys: 4 }),
	fc.constantFrom(null, [], ['a'], 'a'),
);

/** A row of `leads`. */
const row = fc.record({
	email: fc.constantFrom('a@x.test', 'A@x.test', 'b@x.test'),
	first_name: name,
	last_name: name,
	company: text,
	job_title: text,
	phone: text,
	website: text,
	linkedin_url: text,
	lead_temperature: fc.constantFrom(...LEAD_TEMPERATURES),
	expected_close_date: maybe('2026-01-31', '2027-02-28', '0999-01-01', '12026-01-01'),
	status: fc.constantFrom(...LEAD_STATUSES),
	source: fc.constantFrom(...LEAD_SOURCES),
	score: fc.constantFrom(0, 9, 10, 100),
	value: maybe(0, 9, 10, 1_000_000),
	notes: text,
	tags,
	custom_fields: customFields,
	owner: maybe(0, 1, 2),
	first_contacted_at: moment,
	last_contacted_at: moment,
	last_engagement_date: moment,
	created_at: moment,
	updated_at: moment,
});

/** For each field one of its rules, or none. */
const rules = fc.record(
	Object.fromEntries(
		Object.entries(MERGE_RULES).map(([field, choices]) => [field, fc.constantFrom(...choices)]),
	) as unknown as Record<keyof MergeRules, fc.Arbitrary<never>>,
	{ requiredKeys: [] },
) as fc.Arbitrary<MergeRules>;

const merges = fc.array(
	fc.record({ leads: fc.array(row, { minLength: 2, maxLength: 4 }), rules, isReversed: fc.boolean() }),
	{ minLength: MERGES_AT_ONCE, maxLength: MERGES_AT_ONCE },
);

/** Inserts rows past all checks of ours, as another program does. Returns their ids, in order. */
async function insert(rows: (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[]): Promise<number[]> {
	const sql = connect(acme.database.ownerUrl, { max: 1 });
	const input = rows.map(({ owner, ...columns }, ordinal) => ({
		...columns,
		created_at: columns.created_at ?? '2026-02-01T00:00:00Z',
		updated_at: columns.updated_at ?? '2026-02-01T00:00:00Z',
		assigned_to_id: owner === null ? null : acme.organization.userIds[owner],
		organization_id: acme.organization.id,
		ordinal,
	}));
	const columns = sql.unsafe(
		Object.keys(input[0]!)
			.filter((column) => column !== 'ordinal')
			.join(', '),
	);
	try {
		const inserted = await sql<{ id: number }[]>`
			with input as materialized (
				select nextval('leads_id_seq')::int as new_id, (item ->> 'ordinal')::int as ordinal, lead.*
				from jsonb_array_elements(${sql.json(input as never)}) as item
				cross join jsonb_populate_record(null::leads, item) as lead
			), created as (
				insert into leads (id, ${columns})
				select new_id, ${columns}
				from input
			)
			select new_id as id
			from input
			order by ordinal`;
		return inserted.map(({ id }) => id);
	} finally {
		await sql.end();
	}
}

/** What a preview promises. */
function promised({ mergeId, isPreview, updatedAt, ...lead }: MergedLead) {
	void [mergeId, isPreview, updatedAt];
	return lead;
}

it('a preview is what merging then makes of the lead, whatever the leads and the rules', async () => {
	await fc.assert(
		fc.asyncProperty(merges, async (cases) => {
			const ids = await insert(cases.flatMap(({ leads }) => leads));
			const asked = cases.map(({ leads, rules: chosen, isReversed }) => {
				const own = ids.splice(0, leads.length);
				// The order of the duplicates decides, not that of their ids.
				if (isReversed) own.reverse();
				const [leadId = 0, ...duplicateIds] = own;
				return { leadId, duplicateIds, rules: chosen };
			});
			const run = (isPreview: boolean) =>
				acme.run((tx) =>
					mergeLeads(
						tx,
						asked.map((merge) => ({ ...merge, isPreview })),
					),
				);
			const previews = rowsOf(await run(true));
			const merged = rowsOf(await run(false));
			expect(merged.map(promised)).toEqual(previews.map(promised));
		}),
		{ numRuns: ROUNDS, endOnFailure: true },
	);
}, 60_000);
