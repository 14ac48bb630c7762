import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { shareLeads } from '../../../../bench/db/data/distribution';
import { generate } from '../../../../bench/db/load/generate';
import { scaleOf } from '../../../../bench/db/scale';
import { createTestDatabase, type TestDatabase } from '../../../setup/database';

const scale = scaleOf(2_000);
const today = new Date('2026-03-04T05:00:00Z');

describe('the generated data', () => {
	const databases: TestDatabase[] = [];
	const open: postgres.Sql[] = [];
	let sql: postgres.Sql;
	let indexesBefore: unknown;

	beforeAll(async () => {
		for (let copy = 0; copy < 2; copy++) {
			const database = await createTestDatabase();
			databases.push(database);
			const connections = [1, 2].map(() =>
				postgres(database.ownerUrl, { max: 1, onnotice: () => undefined }),
			);
			open.push(...connections);
			if (copy === 0) indexesBefore = await indexesOf(connections[0]!);
			await generate(scale, { connections, today, onProgress: () => undefined });
		}
		sql = open[0]!;
	});
	afterAll(async () => {
		await Promise.all(open.map((connection) => connection.end()));
		await Promise.all(databases.map((database) => database.drop()));
	});

	const countOf = async (table: string, condition = 'true'): Promise<number> => {
		const [row] = await sql.unsafe<{ count: number }[]>(
			`select count(*)::int from ${table} where ${condition}`,
		);
		return row!.count;
	};

	it('has exactly the rows of its scale', async () => {
		expect(await countOf('leads')).toBe(scale.leads);
		expect(await countOf('communications')).toBe(scale.communications);
		expect(await countOf('lead_notes')).toBe(scale.notes);
		expect(await countOf('activity_logs')).toBe(scale.activities);
		expect(await countOf('campaign_leads')).toBe(scale.campaignLeads);
		expect(await countOf('organizations')).toBe(scale.organizations);
	});

	it('gives every organization exactly its share of the leads', async () => {
		const rows = await sql<{ id: number; leads: number }[]>`
			select organization_id as id, count(*)::int as leads
			from leads
			group by 1
			order by 1`;
		expect([...rows]).toEqual(shareLeads(scale).map(({ id, leads }) => ({ id, leads })));
	});

	it('schedules exactly 1 % and fails 2 % of the communications', async () => {
		expect(await countOf('communications', `status = 'scheduled'`)).toBe(scale.communications / 100);
		expect(await countOf('communications', `status = 'scheduled' and dispatch_at is null`)).toBe(0);
		expect(await countOf('communications', `status = 'failed'`)).toBe(scale.communications / 50);
	});

	it('has a common tag, a rare one, and leads with far more history than others', async () => {
		const common = await countOf('leads', `tags ? 'newsletter'`);
		expect(common / scale.leads).toBeCloseTo(0.3, 1);
		expect(await countOf('leads', `tags ? 'whale'`)).toBe(Math.floor(scale.leads / scale.rareEvery));
		const [busiest] = await sql<{ count: number }[]>`
			select count(*)::int
			from communications
			group by lead_id
			order by count desc
			limit 1`;
		expect(busiest!.count).toBeGreaterThan(20 * (scale.communications / scale.leads));
	});

	it('points at rows of the same organization only', async () => {
		for (const table of ['communications', 'lead_notes', 'campaign_leads', 'activity_logs']) {
			const strays = await sql.unsafe(`
				select from ${table} c
				left join leads l on l.organization_id = c.organization_id and l.id = c.lead_id
				where l.id is null`);
			expect(strays, table).toHaveLength(0);
		}
		const strangers = await sql`
			select
			from leads l
			left join users u on u.organization_id = l.organization_id and u.id = l.assigned_to_id
			where l.assigned_to_id is not null
				and u.id is null`;
		expect(strangers).toHaveLength(0);
	});

	it('leaves the totals of the views true, the ids free, and every index where it was', async () => {
		const drift = await sql`
			select o.id, d.*
			from organizations o
			cross join lateral lma.totals_drift(o.id) d`;
		expect(drift).toHaveLength(0);
		const [next] = await sql<{ id: number }[]>`select nextval('leads_id_seq')::int as id`;
		expect(next!.id).toBe(scale.leads + 1);
		expect(await indexesOf(sql)).toEqual(indexesBefore);
	});

	it('is the same again for the same scale and day', async () => {
		const digest = (connection: postgres.Sql, table: string) =>
			connection.unsafe(`select md5(string_agg(t::text, '' order by id)) as digest from ${table} t`);
		for (const table of ['leads', 'communications', 'lead_notes', 'campaign_leads']) {
			expect([...(await digest(open[2]!, table))], table).toEqual([...(await digest(sql, table))]);
		}
	});
});

/** Name, validity and comment of every index that belongs to no month of the audit trail. */
async function indexesOf(sql: postgres.Sql): Promise<unknown> {
	return [
		...(await sql`
			select c.relname, i.indisvalid, obj_description(c.oid, 'pg_class') as comment, pg_get_indexdef(c.oid) as definition
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			where c.relnamespace = 'public'::regnamespace
				and not c.relispartition
			order by 1`),
	];
}
