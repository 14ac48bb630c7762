import { afterAll, beforeAll, expect, it } from 'vitest';
import postgres from 'postgres';

import { connect } from '../../../db/connection/client';
import { createLeads } from '../../../db/lead/create';
import { createLog } from '../../../worker/log';
import { startUpkeep } from '../../../worker/upkeep/start';
import { openTenant, type TestTenant } from '../../setup/tenant';

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

	const upkeep = startUpkeep({ sql: worker, log: createLog('silent') });
	await expect.poll(() => countIn('activity_logs_default')).toBe(0);
	await upkeep.stop();
	expect(await countIn(`activity_logs_${month}`)).toBe(1);

	// It reads and writes on as before, and a second round finds nothing to do.
	await acme.run((tx) => createLeads(tx, [{ email: 'b@x.test', firstName: '', lastName: '' }]));
	expect(await acme.run((tx) => tx`select from activity_logs`)).toHaveLength(2);
	const [again] = await worker`select lma.ensure_activity_partitions(3) as made`;
	expect(again).toEqual({ made: 0 });
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
