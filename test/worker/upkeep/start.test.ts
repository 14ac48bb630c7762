import { afterAll, beforeAll, expect, it } from 'vitest';
import postgres from 'postgres';

import { connect } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { upkeepPart } from '../../../worker/upkeep/start';
import { openTenant, type TestTenant } from '../../setup/tenant';
import { contextOn } from '../support/context';

let acme: TestTenant;
let owner: postgres.Sql;
let worker: postgres.Sql;

beforeAll(async () => {
	acme = await openTenant();
	owner = postgres(acme.database.ownerUrl, { max: 1 });
	worker = connect(acme.database.workerUrl, { max: 1 });
});
afterAll(async () => {
	await worker.end();
	await owner.end();
	await acme.close();
});

it('makes missing partitions and moves in what the default partition had to take', async () => {
	const month = new Date().toISOString().slice(0, 7).replace('-', '_');
	await owner`drop table ${owner(`activity_logs_${month}`)}`;
	await acme.run((tx) => createLeads(tx, [{ email: 'a@x.test', firstName: '', lastName: '' }]));
	const countIn = async (table: string) => {
		const [row] = await owner<{ count: number }[]>`select count(*)::int as count from ${owner(table)}`;
		return row?.count;
	};
	expect(await countIn('activity_logs_default')).toBe(1);

	const upkeep = upkeepPart().start(contextOn(worker, acme.database.workerUrl));
	await expect.poll(() => countIn('activity_logs_default')).toBe(0);
	await upkeep.stop();
	expect(await countIn(`activity_logs_${month}`)).toBe(1);

	// It reads and writes on as before, and a second round finds nothing to do.
	await acme.run((tx) => createLeads(tx, [{ email: 'b@x.test', firstName: '', lastName: '' }]));
	expect(await acme.run((tx) => tx`select from activity_logs`)).toHaveLength(2);
	const [again] = await worker`select lma.ensure_activity_partitions(3) as made`;
	expect(again).toEqual({ made: 0 });
});

it('is stopped only when the round at hand is over', async () => {
	const month = new Date().toISOString().slice(0, 7).replace('-', '_');
	await owner`drop table ${owner(`activity_logs_${month}`)}`;
	let isStopped = false;
	let stopping: Promise<void> | undefined;
	await owner.begin(async (tx) => {
		await tx`select pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0))`;
		const upkeep = upkeepPart().start(contextOn(worker, acme.database.workerUrl));
		const waiting = () => acme.sql`
			select from pg_locks
			where not granted
				and locktype = 'advisory'
				and database = (select oid from pg_database where datname = current_database())`;
		await expect.poll(waiting).toHaveLength(1);
		stopping = upkeep.stop().then(() => {
			isStopped = true;
		});
		await tx`select pg_sleep(0.2)`;
		expect(isStopped).toBe(false);
	});
	await stopping;
	const [made] = await owner<
		{ isThere: boolean }[]
	>`select to_regclass(${`activity_logs_${month}`}) is not null as "isThere"`;
	expect(made).toEqual({ isThere: true });
});

it('shows nobody a partition by its own name', async () => {
	const [partition] = await owner<{ name: string }[]>`
		select inhrelid::regclass::text as name
		from pg_inherits
		where inhparent = 'activity_logs'::regclass
		limit 1`;
	await expect(acme.run((tx) => tx`select from ${tx(partition!.name)}`)).rejects.toMatchObject({
		code: '42501',
	});
});
