import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { ensureDatabase } from '../../../../schema/database';
import { connect } from '../../../../db/connection/client';
import { findStaleness } from '../../../../db/report/replica/fallback';
import {
	type Answer,
	Reports,
	type ReportsOptions,
	withLoginOf,
} from '../../../../db/report/replica/reports';
import { organizationMetrics } from '../../../../db/report/report';
import { createLogin } from '../../../../schema/login/loginRole';
import { migrate } from '../../../../schema/migration/migrate';
import { runLma } from '../../../cli/runLma';
import { seedOrganization } from '../../../setup/database';
import { type Replication, startReplication } from '../../../setup/replica';

describe('reports with a streaming replica', () => {
	const login = { user: 'reporter', password: 'reports-are-read' };
	let replication: Replication;
	let owner: postgres.Sql;
	let standby: postgres.Sql;
	let primary: postgres.Sql;
	let replicaUrl: string;
	let opened: Reports[] = [];
	let told: unknown[][];

	beforeAll(async () => {
		replication = await startReplication(path.join(inject('scratch'), 'replication'));
		const ownerUrl = replication.primaryUrl('lma');
		await ensureDatabase(replication.primaryUrl('postgres'), 'lma');
		await migrate(ownerUrl);
		owner = connect(ownerUrl, { max: 1 });
		await createLogin(owner, 'lma_app', login);
		await seedOrganization(ownerUrl, 'acme', { users: 2 });
		await replication.untilCaughtUp();
		standby = connect(replication.standbyUrl('lma'), { max: 1 });
		primary = connect(as(ownerUrl), { max: 2 });
		replicaUrl = as(replication.standbyUrl('lma'));
	});
	afterAll(async () => {
		await Promise.all([
			...opened.map((reports) => reports.close()),
			owner.end(),
			standby.end(),
			primary.end(),
		]);
		await replication.stop();
	});
	beforeEach(() => {
		told = [];
	});

	function as(url: string): string {
		const changed = new URL(url);
		changed.username = login.user;
		changed.password = login.password;
		return changed.toString();
	}

	function open(options: Partial<ReportsOptions> = {}): Reports {
		const onAnswer = (...answer: unknown[]) => told.push(answer);
		const reports = new Reports({ primary, replicaUrl, onAnswer, maxLagMs: 1, ...options });
		opened = [...opened, reports];
		return reports;
	}

	/** The number of users that the report sees. */
	const users = async (reports: Reports): Promise<Answer<number>> => {
		const answer = await reports.inOrganization('acme', (tx) => organizationMetrics(tx));
		return { ...answer, result: answer.result[0]!.totalUsers };
	};

	const addUser = (name: string) => owner`
		insert into users (email, username, first_name, last_name, hashed_password, organization_id)
		select ${name} || '@acme.test', ${name}, 'U', 'Ser', '!', id
		from organizations`;

	/** Resolves when a query sleeps on the standby. */
	async function untilSleeping(): Promise<void> {
		for (;;) {
			const sleeping = await standby`
				select
				from pg_stat_activity
				where wait_event = 'PgSleep'
					and pid <> pg_backend_pid()
					and datname = current_database()`;
			if (sleeping.length > 0) return;
		}
	}

	it('come from it while it has everything, however long ago that was written', async () => {
		await replication.untilCaughtUp();
		expect(await users(open())).toEqual({ result: 2, answeredBy: 'replica', reason: null });
		expect(told).toEqual([['replica', null]]);
	});

	it('come from the primary when none is configured', async () => {
		expect(await users(open({ replicaUrl: undefined }))).toEqual({
			result: 2,
			answeredBy: 'primary',
			reason: null,
		});
	});

	it('come from the primary while replay is behind, and from the replica again afterwards', async () => {
		const reports = open();
		await standby`select pg_wal_replay_pause()`;
		await addUser('late');
		expect(await users(reports)).toEqual({ result: 3, answeredBy: 'primary', reason: 'lagging' });
		expect(told).toEqual([['primary', 'lagging']]);
		// Somebody who can wait gets the replica's older answer.
		expect(await users(open({ maxLagMs: 3_600_000 }))).toMatchObject({ result: 2, answeredBy: 'replica' });
		await standby`select pg_wal_replay_resume()`;
		await replication.untilCaughtUp();
		expect(await users(reports)).toEqual({ result: 3, answeredBy: 'replica', reason: null });
	});

	it('come from the primary when replay cancels the query', async () => {
		await owner`create table if not exists vacuumed as select generate_series(1, 1000) as n`;
		await replication.untilCaughtUp();
		const answer = open().inOrganization(
			'acme',
			(tx) => tx<{ onReplica: boolean }[]>`
				select pg_is_in_recovery() as on_replica, case when pg_is_in_recovery() then pg_sleep(20)::text end`,
		);
		await untilSleeping();
		await owner`delete from vacuumed`;
		await owner`vacuum vacuumed`;
		expect(await answer).toMatchObject({
			result: [{ onReplica: false }],
			answeredBy: 'primary',
			reason: 'conflict',
		});
		await owner`drop table vacuumed`;
		await replication.untilCaughtUp();
	});

	it('come from the primary when the replica stops in the middle, and leave it alone for a while', async () => {
		const reports = open({ workMs: 200 });
		const answer = await reports.inOrganization('acme', async (tx) => {
			const [row] = await tx<{ pid: number; onReplica: boolean }[]>`
				select pg_backend_pid() as pid, pg_is_in_recovery() as on_replica`;
			if (row!.onReplica) process.kill(row!.pid, 'SIGSTOP');
			try {
				return await tx`select pg_is_in_recovery() as on_replica`;
			} finally {
				if (row!.onReplica) process.kill(row!.pid, 'SIGCONT');
			}
		});
		expect(answer).toMatchObject({
			result: [{ onReplica: false }],
			answeredBy: 'primary',
			reason: 'timeout',
		});
		expect(await users(reports)).toMatchObject({ answeredBy: 'primary', reason: 'resting' });
	});

	it('throw what the primary throws: a replica has no last word on what does not exist', async () => {
		const missing = open().inOrganization('nobody', (tx) => organizationMetrics(tx));
		await expect(missing).rejects.toMatchObject({ code: 'LM001' });
		const wrong = open().inOrganization('acme', (tx) => tx`select 1 / 0`);
		await expect(wrong).rejects.toMatchObject({ code: '22012' });
	});

	it('change nothing, whoever answers', async () => {
		for (const url of [replicaUrl, undefined]) {
			const write = open({ replicaUrl: url }).inOrganization('acme', (tx) => tx`delete from leads`);
			await expect(write).rejects.toMatchObject({ code: '25006' });
		}
	});

	it('may look at every organization with a login that does', async () => {
		const worker = { user: 'lma_worker_reports', password: login.password };
		await createLogin(owner, 'lma_worker', worker);
		await replication.untilCaughtUp();
		const [onPrimary, onStandby] = [replication.primaryUrl('lma'), replication.standbyUrl('lma')].map(
			(url) => {
				const changed = new URL(url);
				changed.username = worker.user;
				changed.password = worker.password;
				return changed.toString();
			},
		);
		const sql = connect(onPrimary!, { max: 1 });
		const answer = await open({ primary: sql, replicaUrl: onStandby }).everywhere(
			(tx) => tx`select count(*) as organizations from organizations`,
		);
		expect(answer).toMatchObject({ result: [{ organizations: 1 }], answeredBy: 'replica' });
		await sql.end();
	});

	it('are shown by `lma org report`, which logs in to the replica as to the primary', async () => {
		const replica = new URL(replication.standbyUrl('lma'));
		replica.username = replica.password = '';
		await replication.untilCaughtUp();
		const { out, err } = await runLma(['org', 'report', 'acme', '--json'], {
			env: { DATABASE_URL: replication.primaryUrl('lma'), DATABASE_REPLICA_URL: replica.toString() },
		});
		expect(err).toBe('');
		expect(JSON.parse(out)).toMatchObject({ metrics: { totalUsers: 3 }, answeredBy: 'replica' });
	});

	it('refuse a replica on another database, and one of another system', async () => {
		const elsewhere = new URL(replicaUrl);
		elsewhere.pathname = '/postgres';
		const answer = await open({ replicaUrl: elsewhere.toString() }).everywhere((tx) => tx`select 1 as one`);
		expect(answer).toMatchObject({ answeredBy: 'primary', reason: 'other_database' });
		const replica = {
			isInRecovery: true,
			isSameSystem: true,
			isSameTimeline: true,
			isSameDatabase: true,
			hasCaughtUp: true,
			behindMs: null,
		};
		expect(findStaleness(replica, 0)).toBeNull();
		expect(findStaleness({ ...replica, isSameSystem: false }, 0)).toBe('other_system');
		expect(findStaleness({ ...replica, isSameTimeline: false }, 0)).toBe('other_timeline');
		expect(findStaleness({ ...replica, hasCaughtUp: false }, 5_000)).toBe('lagging');
		expect(findStaleness({ ...replica, hasCaughtUp: false, behindMs: 5_000 }, 5_000)).toBeNull();
	});

	it('come from the primary while the replica is down', async () => {
		await standby.end();
		await replication.killStandby();
		const reports = open({ restMs: 0 });
		expect(await users(reports)).toEqual({ result: 3, answeredBy: 'primary', reason: 'unreachable' });
		await replication.startStandby();
		await replication.untilCaughtUp();
		expect(await users(reports)).toEqual({ result: 3, answeredBy: 'replica', reason: null });
		standby = connect(replication.standbyUrl('lma'), { max: 1 });
	});

	it('come from the primary after the replica was promoted', async () => {
		await standby`select pg_promote()`;
		expect(await users(open())).toEqual({ result: 3, answeredBy: 'primary', reason: 'not_a_replica' });
	});

	it('log in to the replica as to the primary when its URL names nobody', () => {
		expect(withLoginOf('postgres://replica:5433/lma', 'postgres://me:p%40ss@primary/lma')).toBe(
			'postgres://me:p%40ss@replica:5433/lma',
		);
		expect(withLoginOf('postgres://you@replica/lma', 'postgres://me:pass@primary/lma')).toBe(
			'postgres://you@replica/lma',
		);
	});
});
