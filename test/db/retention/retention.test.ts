import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { getRetention, setPartitionPolicy, setRetention } from '../../../db/retention/retentionPolicy';
import { runRetention } from '../../../db/retention/runRetention';
import { claimEvents } from '../../../db/subscription/claimEvents';
import { listSubscriptions, openSubscription } from '../../../db/subscription/subscription';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';

const OLD = ['2020_01', '2020_02', '2020_03'];

let database: TestDatabase;
let owner: postgres.Sql;
let worker: postgres.Sql;
let app: postgres.Sql;
let acme: number;
let rival: number;

beforeAll(async () => {
	database = await createTestDatabase();
	acme = (await seedOrganization(database.ownerUrl, 'acme')).id;
	rival = (await seedOrganization(database.ownerUrl, 'rival')).id;
	owner = connect(database.ownerUrl, { max: 3 });
	worker = connect(database.workerUrl, { max: 4 });
	app = connect(database.appUrl, { max: 2 });
});
afterAll(async () => {
	await Promise.all([owner.end(), worker.end(), app.end()]);
	await database.drop();
});
/** Three months of 2020 with ten events of each organization, and ten of each today. */
beforeEach(async () => {
	await owner`alter sequence activity_logs_id_seq restart`;
	for (const month of OLD) {
		const table = `activity_logs_${month}`;
		const from = `${month.replace('_', '-')}-01`;
		await owner`create table ${owner(table)} (like activity_logs including defaults including constraints)`;
		await owner`alter table ${owner(table)} owner to lma_owner`;
		await owner.unsafe(`
			alter table activity_logs attach partition ${table}
				for values from ('${from}T00:00:00Z') to (timestamptz '${from}T00:00:00Z' + interval '1 month')`);
		await insertEvents(`${from}T12:00:00Z`);
	}
	await insertEvents(new Date().toISOString());
});
afterEach(async () => {
	for (const month of OLD) {
		await owner`drop table if exists ${owner(`activity_logs_${month}`)}`;
		await owner`drop table if exists ${owner(`lma_archive.activity_logs_${month}`)}`;
	}
	await owner`delete from activity_logs`;
	await owner`delete from lma.event_subscriptions`;
	await owner`delete from lma.retention_log`;
	await owner`update organizations set settings = null`;
	await owner`update lma.partition_policy set keep_months = null, retire_by = 'detach', stale_days = 30, finished_at = null, running_until = null`;
});

async function insertEvents(at: string): Promise<void> {
	// As old as their month also by the clock of events.
	await owner`
		insert into activity_logs (organization_id, activity_type, created_at)
		select organization, 'lead.created', ${at}
		from generate_series(1, 10), unnest(array[${acme}::int, ${rival}::int]) organization`;
}

const counts = async (organization: number) => {
	const rows = await owner<{ month: string; count: number }[]>`
		select to_char(created_at at time zone 'UTC', 'YYYY_MM') as month, count(*)::int as count
		from activity_logs
		where organization_id = ${organization}
		group by 1
		order by 1`;
	return rows.map(({ month, count }) => `${month > '2021' ? 'now' : month} ${count}`);
};
const all = [...OLD.map((month) => `${month} 10`), 'now 10'];
const partitions = async () =>
	(
		await owner<{ name: string }[]>`
			select c.oid::regclass::text as name
			from pg_class c
			where c.relname ~ '^activity_logs_2020' and c.relkind = 'r'
			order by 1`
	).map(({ name }) => name);
const subscribe = async (slug: string, movedDaysAgo: number) => {
	await inOrganization(app, slug, (tx) =>
		openSubscription(tx, { name: 'reader', eventTypes: ['lead.created'], from: 'beginning' }),
	);
	await owner`update lma.event_subscriptions set moved_at = now() - make_interval(days => ${movedDaysAgo})`;
};

describe('without settings', () => {
	it('everything is kept for ever', async () => {
		expect(await runRetention(worker)).toMatchObject({ retired: [], removed: 0, kept: null });
		expect(await counts(acme)).toEqual(all);
	});
});

describe('the settings of an organization', () => {
	it('remove its old events in batches, with a log, and never those of another', async () => {
		await setRetention(owner, acme, { activityMonths: 12 });
		expect(await runRetention(worker, { batchSize: 4 })).toMatchObject({ removed: 30 });
		expect(await counts(acme)).toEqual(['now 10']);
		expect(await counts(rival)).toEqual(all);
		const log = await inOrganization(
			app,
			'acme',
			(tx) => tx`select row_count from lma.retention_log order by id`,
		);
		expect(log.map((row) => row.rowCount as number)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
		expect(await inOrganization(app, 'rival', (tx) => tx`select from lma.retention_log`)).toHaveLength(0);
	});

	it('reach archived months', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12 });
		await runRetention(worker);
		await setRetention(owner, acme, { activityMonths: 12 });
		expect(await runRetention(worker)).toMatchObject({ removed: 30 });
		const [left] = await owner`
			select count(*) filter (where organization_id = ${acme}) as ours, count(*) as all
			from lma_archive.activity_logs_2020_01`;
		expect(left).toEqual({ ours: 0, all: 10 });
	});

	it('leave what a subscription in use has not read, and not what a stale one has not', async () => {
		await setRetention(owner, acme, { activityMonths: 12 });
		await subscribe('acme', 29);
		expect(await runRetention(worker)).toMatchObject({ removed: 0 });
		await owner`update lma.partition_policy set finished_at = null`;
		await subscribe('acme', 31);
		expect(await runRetention(worker)).toMatchObject({ removed: 30 });
	});

	it('that nobody understands remove nothing, and are named', async () => {
		for (const months of ['"all"', '0', '-1', '1.5', '99999999999', '{}', 'true']) {
			await owner.unsafe(`
				update organizations
				set settings = '{"retention": {"activityMonths": ${months}, "attemptDays": null}}'
				where id = ${acme}`);
			await owner`update lma.partition_policy set finished_at = null`;
			expect(await runRetention(worker), months).toMatchObject({
				removed: 0,
				ignored: [{ organizationId: acme, settings: ['attemptDays', 'activityMonths'] }],
			});
		}
		expect(await counts(acme)).toEqual(all);
	});

	it('change one at a time, and keep what else is in the settings', async () => {
		await owner`update organizations set settings = '{"dispatch": {"resendUnknown": true}}' where id = ${acme}`;
		await setRetention(owner, acme, { activityMonths: 12 });
		await setRetention(owner, acme, { attemptDays: 90 });
		expect((await getRetention(owner, acme)).retention).toEqual({ activityMonths: 12, attemptDays: 90 });
		await setRetention(owner, acme, { activityMonths: null });
		expect((await getRetention(owner, acme)).retention).toEqual({ attemptDays: 90 });
		const [row] = await owner`select settings from organizations where id = ${acme}`;
		expect(row).toMatchObject({ settings: { dispatch: { resendUnknown: true } } });
	});

	it('remove old attempts, but none of what is still to be sent', async () => {
		await owner`
			with lead as (
				insert into leads (organization_id, email, first_name, last_name)
				values (${acme}, 'a@x.test', '', '')
				returning id
			), communication as (
				insert into communications (organization_id, lead_id, communication_type, direction, status, scheduled_at)
				select ${acme}, id, 'call', 'outbound', s::communication_status_enum, now()
				from lead, unnest(array['scheduled', 'failed']) s
				returning id
			)
			insert into communication_attempts (organization_id, communication_id, epoch, schedule_version,
				idempotency_key, claimed_at)
			select ${acme}, id, n, 1, 'k', now() - make_interval(days => n * 50)
			from communication, generate_series(1, 4) n`;
		await setRetention(owner, acme, { attemptDays: 90 });
		expect(await runRetention(worker, { batchSize: 2 })).toMatchObject({ removed: 3 });
		expect(await owner`select from communication_attempts`).toHaveLength(5);
		await owner`delete from leads`;
	});
});

describe('the policy for months', () => {
	it('moves old months to the archive, where the owner reads them and nobody else', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12 });
		expect(await runRetention(worker)).toMatchObject({
			retired: OLD.map((month) => `activity_logs_${month}`),
		});
		expect(await partitions()).toEqual(OLD.map((month) => `lma_archive.activity_logs_${month}`));
		expect(await counts(acme)).toEqual(['now 10']);
		await owner.begin(async (tx) => {
			await tx`set local role lma_owner`;
			expect(await tx`select from lma_archive.activity_logs_2020_01`).toHaveLength(20);
		});
		for (const reader of [worker, app]) {
			await expect(reader`select from lma_archive.activity_logs_2020_01`).rejects.toMatchObject({
				code: '42501',
			});
		}
	});

	it('removes them where it says so', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12, retireBy: 'drop' });
		await runRetention(worker);
		expect(await partitions()).toEqual([]);
	});

	it('waits for a subscription in use, and says which', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12 });
		await subscribe('rival', 29);
		expect(await runRetention(worker)).toMatchObject({
			retired: [],
			kept: { part: 'activity_logs_2020_01', because: `subscription reader of organization ${rival}` },
		});
		expect(await partitions()).toHaveLength(3);
	});

	it('does not wait for a stale one, and tells it what it has missed', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12 });
		await subscribe('rival', 31);
		expect(await runRetention(worker)).toMatchObject({ kept: null });
		expect(await partitions()).toEqual(OLD.map((month) => `lma_archive.activity_logs_${month}`));
		expect(await inOrganization(app, 'rival', (tx) => listSubscriptions(tx))).toMatchObject([
			{ lastError: 'events of 2020_03 were removed before they were read' },
		]);
		const rest = await inOrganization(app, 'rival', (tx) => claimEvents(tx, 'reader', { reader: 'r' }));
		expect(rest?.events.length).toBeLessThanOrEqual(10);
	});

	it('gives up within a second where the table is busy, and goes on at the next look', async () => {
		await setPartitionPolicy(owner, { keepMonths: 12 });
		const isLocked = Promise.withResolvers<undefined>();
		const mayEnd = Promise.withResolvers<undefined>();
		const writing = owner.begin(async (tx) => {
			await tx`insert into activity_logs (organization_id, activity_type) values (${acme}, 'lead.created')`;
			isLocked.resolve(undefined);
			await mayEnd.promise;
		});
		await isLocked.promise;
		expect(await runRetention(worker)).toMatchObject({ busy: true, retired: [] });
		mayEnd.resolve(undefined);
		await writing;
		expect(await runRetention(worker)).toMatchObject({ busy: false, retired: { length: 3 } });
	});
});

describe('a run', () => {
	it('is due once a day', async () => {
		expect(await runRetention(worker)).not.toBeNull();
		expect(await runRetention(worker)).toBeNull();
		await owner`update lma.partition_policy set finished_at = now() - interval '23 hours 1 minute'`;
		expect(await runRetention(worker)).not.toBeNull();
	});

	it('is done by one of several workers', async () => {
		await setRetention(owner, acme, { activityMonths: 12 });
		const reports = await Promise.all([1, 2, 3].map(() => runRetention(worker, { batchSize: 1 })));
		expect(reports.filter((report) => report !== null)).toMatchObject([{ removed: 30 }]);
		expect(await counts(acme)).toEqual(['now 10']);
	});

	it('that is killed in the middle is gone on with by the next worker', async () => {
		await setRetention(owner, acme, { activityMonths: 12 });
		const doomed = postgres(database.workerUrl, { max: 1, connection: { application_name: 'doomed' } });
		// The second month cannot be read, so the run stands there when its connection goes.
		await owner.begin(async (tx) => {
			await tx`lock table activity_logs_2020_02 in access exclusive mode`;
			const killed = runRetention(doomed, { batchSize: 4 }).catch(() => 'killed');
			const standing = () => owner<{ pid: number }[]>`
				select pid
				from pg_stat_activity
				where application_name = 'doomed' and wait_event_type = 'Lock' and datname = current_database()`;
			await expect.poll(standing, { timeout: 15_000 }).toHaveLength(1);
			await owner`select pg_terminate_backend(${(await standing())[0]!.pid})`;
			expect(await killed).toBe('killed');
		});
		await doomed.end({ timeout: 1 });
		expect(await counts(acme)).toEqual(['2020_02 10', '2020_03 10', 'now 10']);
		expect(await runRetention(worker)).toBeNull();
		await owner`update lma.partition_policy set running_until = now() - interval '1 second'`;
		expect(await runRetention(worker, { batchSize: 4 })).toMatchObject({ removed: 20 });
		expect(await counts(acme)).toEqual(['now 10']);
		expect(await counts(rival)).toEqual(all);
	});

	it('that is stopped ends after the batch at hand, and is due again', async () => {
		await setRetention(owner, acme, { activityMonths: 12 });
		const stopping = new AbortController();
		stopping.abort();
		expect(await runRetention(worker, { signal: stopping.signal })).toMatchObject({ removed: 0 });
		expect(await runRetention(worker)).toMatchObject({ removed: 30 });
	});
});
