import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { analyzeAfterLoad } from '../../db/connection/analyze';
import { createLeads } from '../../db/lead/create';
import { openTenant, type TestTenant } from '../setup/tenant';
import { seedOrganization } from '../setup/database';

let acme: TestTenant;
let owner: postgres.Sql;
let rivalId: number;

beforeAll(async () => {
	acme = await openTenant();
	rivalId = (await seedOrganization(acme.database.ownerUrl, 'rival')).id;
	owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
	await owner.end();
	await acme.close();
});

describe('autovacuum', () => {
	it('has settings of its own for every hot table', async () => {
		const tuned = await owner<{ name: string; options: string[] }[]>`
			select relname as name, reloptions as options
			from pg_class
			where relnamespace = 'public'::regnamespace
				and relname in ('leads', 'communications', 'communication_attempts')
			order by relname`;
		expect(tuned.map(({ name }) => name)).toEqual(['communication_attempts', 'communications', 'leads']);
		for (const { name, options } of tuned) {
			expect(options.join(), name).toMatch(
				/autovacuum_vacuum_scale_factor=0\.0\d.*autovacuum_analyze_scale_factor=0\.0\d/,
			);
		}
	});

	it('has the same settings for all partitions of events, also for those made later', async () => {
		const [before] =
			await owner`select count(*)::int as count from pg_inherits where inhparent = 'activity_logs'::regclass`;
		await owner`select lma.ensure_activity_partitions(9)`;
		const partitions = await owner<{ options: string | null }[]>`
			select array_to_string(reloptions, ' ') as options
			from pg_inherits
			join pg_class on pg_class.oid = inhrelid
			where inhparent = 'activity_logs'::regclass`;
		expect(partitions.length).toBeGreaterThan(Number(before?.count));
		expect(new Set(partitions.map(({ options }) => options)).size).toBe(1);
		expect(partitions[0]!.options).toContain('autovacuum_freeze_min_age=0');
	});
});

describe('statistics after bulk writes', () => {
	beforeEach(async () => {
		await owner`truncate leads cascade`;
		await owner`alter table leads set (autovacuum_enabled = off)`;
		await owner`analyze leads`;
	});

	const insert = (name: string, count: number) =>
		acme.run((tx) =>
			createLeads(
				tx,
				Array.from({ length: count }, (_, n) => ({
					email: `${name}${n}@acme.test`,
					firstName: 'F',
					lastName: 'L',
				})),
			),
		);

	/** As a restore brings them: no trigger runs. */
	const load = (organizationId: number, count: number) =>
		owner.begin(async (tx) => {
			await tx`set local session_replication_role = replica`;
			await tx`
				insert into leads (organization_id, email, first_name, last_name)
				select ${organizationId}, n || '@load.test', 'F', 'L'
				from generate_series(1, ${count}::int) n`;
		});

	async function knownRows(): Promise<number> {
		const [row] = await owner<{ rows: number }[]>`
			select reltuples::int as rows from pg_class where oid = 'leads'::regclass`;
		return row!.rows;
	}

	async function estimatedRows(organizationId: number): Promise<number> {
		const [row] = await owner.unsafe<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }[]>(
			`explain (format json) select from leads where organization_id = ${organizationId}`,
		);
		return row!['QUERY PLAN'][0]!.Plan['Plan Rows'];
	}

	it('are taken by the first one, and again when the table has grown by more than a fifth', async () => {
		await insert('first', 1_000);
		expect(await knownRows()).toBe(1_000);
		await insert('few', 1_000);
		expect(await knownRows()).toBe(1_000);
		await load(acme.organization.id, 12_000);
		await insert('more', 200);
		expect(await knownRows()).toBe(14_200);
		await insert('again', 200);
		expect(await knownRows()).toBe(14_200);
	});

	it('wait for nobody and hold up nobody', async () => {
		await owner.begin(async (tx) => {
			// As autovacuum holds it.
			await tx`lock table leads in share update exclusive mode`;
			await insert('meanwhile', 1_000);
			await analyzeAfterLoad(acme.sql);
		});
		expect(await knownRows()).toBe(0);
		await acme.run(async (tx) => {
			await createLeads(
				tx,
				Array.from({ length: 1_000 }, (_, n) => ({
					email: `open${n}@acme.test`,
					firstName: '',
					lastName: '',
				})),
			);
			// The writer has analyzed and not committed; others write on.
			expect(await knownRows()).toBe(2_000);
			await insert('other', 1_000);
		});
	});

	it('say how many leads an organization has that has just come, once the load is over', async () => {
		await load(acme.organization.id, 20_000);
		await analyzeAfterLoad(acme.sql);
		expect(await estimatedRows(acme.organization.id)).toBe(20_000);
		await load(rivalId, 12_000);
		// Before: next to none, for which any plan will do.
		expect(await estimatedRows(rivalId)).toBeLessThan(120);
		await analyzeAfterLoad(acme.sql);
		expect(await estimatedRows(rivalId)).toBeGreaterThan(10_000);
		expect(await estimatedRows(rivalId)).toBeLessThan(14_000);
	});
});
