import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { migrate } from '../../../schema/migration/migrate';
import { createLog } from '../../../worker/log';
import { trackOutages } from '../../../worker/outage';
import { migrateQueues } from '../../../schema/migration/migrateQueues';
import { QUEUES } from '../../../worker/queue/jobs';
import { openQueues } from '../../../worker/queue/queues';
import { createTestDatabase, type TestDatabase } from '../../setup/database';

describe('queue tables in PostgreSQL', () => {
	let database: TestDatabase;
	beforeAll(async () => {
		database = await createTestDatabase();
	});
	afterAll(() => database.drop());

	it('are made once by several processes at the same time, and belong to the owner', async () => {
		const run = () => migrate(database.ownerUrl, { afterwards: migrateQueues });
		await Promise.all([run(), run(), run()]);
		await run();
		const sql = connect(database.ownerUrl);
		const owners = await sql`
			select distinct tableowner
			from pg_tables
			where schemaname = 'bullmq'`;
		await sql.end();
		expect(owners).toEqual([{ tableowner: 'lma_owner' }]);
	});

	it('can be used by the worker, and not by the nodes', async () => {
		const log = createLog('silent');
		const queues = openQueues({ databaseUrl: database.workerUrl, log, outages: trackOutages(log) });
		const queue = queues.queue(QUEUES.workflowSync);
		await queue.add('any', { integrationId: 1 }, { jobId: 'one' });
		expect(await queue.getWaitingCount()).toBe(1);
		await queue.close();

		const app = connect(database.appUrl);
		await expect(app`select from bullmq.job`).rejects.toMatchObject({ code: '42501' });
		await app.end();
	});
});
