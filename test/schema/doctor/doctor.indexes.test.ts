import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openPatient, type Patient } from './patient';

/** Looks at usage however short it is known for, and at indexes of any size. */
const atOnce = { unusedIndexDays: 0, unusedIndexBytes: 0 };

describe('lma doctor finds', () => {
	let patient: Patient;

	beforeAll(async () => {
		patient = await openPatient();
	});
	afterAll(() => patient.close());

	it('foreign keys without an index, also where the organization alone is indexed', async () => {
		await patient.suffers({
			provoke: [
				`create table visits (
					organization_id integer not null, lead_id integer,
					constraint visits_lead foreign key (organization_id, lead_id) references leads (organization_id, id))`,
				'create index on visits (organization_id)',
			],
			object: 'foreign key visits_lead of public.visits',
			severity: 'warn',
			found: /no index on \(lead_id, organization_id\)/,
		});
		await patient.sql`drop table visits`;
	});

	it('equal indexes and beginnings of others, but no partial or differently sorted ones', async () => {
		await patient.suffers({
			provoke: ['create index users_same on users (email)'],
			object: 'index public.users_same',
			severity: 'warn',
			found: /duplicates public.ix_users_email/,
		});
		await patient.suffers({
			provoke: ['create index notes_beginning on lead_notes (organization_id)'],
			object: 'index public.notes_beginning',
			severity: 'warn',
			found: /is a prefix of/,
		});
		await patient.sql`create index notes_partial on lead_notes (organization_id) where user_id is null`;
		await patient.sql`create index leads_backwards on leads (organization_id desc)`;
		expect(await patient.complaints('index public.notes_partial')).toEqual([]);
		expect(await patient.complaints('index public.leads_backwards')).toEqual([]);
		await patient.sql`drop index notes_partial, leads_backwards`;
	});

	it('indexes that no query used, when the statistics are old enough to say so', async () => {
		await patient.sql`create index leads_by_phone on leads (phone)`;
		expect(await patient.complaints('index public.leads_by_phone')).toEqual([]);
		const all = await patient.complaints(undefined, atOnce);
		expect(all.map(({ object }) => object)).toContain('index public.leads_by_phone');
		// What constraints, foreign keys and the schema document need.
		for (const needed of [
			'users_pkey',
			'ix_lead_notes_organization_id',
			'ix_campaigns_created_by',
			'ix_leads_company',
		]) {
			expect(all.map(({ object }) => object)).not.toContain(`index public.${needed}`);
		}
		await patient.suffers({
			provoke: [],
			object: 'index public.leads_by_phone',
			severity: 'warn',
			found: /never scanned in .*, and takes up 8 kB/,
			thresholds: atOnce,
		});
	});

	it('no fault in an index that a query has used', async () => {
		await patient.sql`create index leads_by_title on leads (job_title)`;
		await patient.sql.begin(async (tx) => {
			await tx`set local enable_seqscan = off`;
			await tx`select from leads where job_title = 'CEO'`;
			await tx`select pg_stat_force_next_flush()`;
		});
		await expect
			.poll(() => patient.complaints('index public.leads_by_title', atOnce), { timeout: 10_000 })
			.toEqual([]);
	});
});
