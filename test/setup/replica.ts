import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';

import { findFreePort } from '../../cli/machine/freePort';
import { serverAccount } from '../../cli/postgres/account';
import { findEmbeddedBinaries } from '../../cli/postgres/binaries';
import { type LocalCluster, startLocalCluster } from '../../cli/postgres/cluster';

/** A primary and a standby that streams from it, on loopback, of PostgreSQL 18. */
export interface Replication {
	/** Superuser of the primary. */
	primaryUrl(database: string): string;
	/** The same login on the standby. */
	standbyUrl(database: string): string;
	/** Resolves when the standby has replayed all that the primary has written. */
	untilCaughtUp(): Promise<void>;
	/** Ends the standby the way a power cut does. */
	killStandby(): Promise<void>;
	/** Starts it again, on the same port. */
	startStandby(): Promise<void>;
	stop(): Promise<void>;
}

const settings = {
	wal_level: 'replica',
	max_wal_senders: '4',
	// What is written during the copy must still be there when the standby asks for it.
	wal_keep_size: '128MB',
	fsync: 'off',
	shared_buffers: '32MB',
	autovacuum: 'off',
};

/** Starts both in `folder`. Conflicting queries of the standby are cancelled at once. */
export async function startReplication(folder: string): Promise<Replication> {
	const password = randomBytes(12).toString('hex');
	const primaryFolder = path.join(folder, 'primary');
	const standbyFolder = path.join(folder, 'standby');
	const standbyPort = await findFreePort();
	const primary = await startLocalCluster({
		dataDirectory: primaryFolder,
		port: await findFreePort(),
		password,
		settings,
		temporary: true,
	});
	let standby: LocalCluster | undefined;
	const startStandby = async () => {
		standby = await startLocalCluster({
			dataDirectory: standbyFolder,
			port: standbyPort,
			password,
			settings: { ...settings, max_standby_streaming_delay: '0' },
		});
	};
	const url = (port: number | string, database: string) => {
		const changed = new URL(primary.url(database));
		changed.port = String(port);
		return changed.toString();
	};
	await copyPrimary(primary.url('postgres'), primaryFolder, standbyFolder);
	await startStandby();
	return {
		primaryUrl: (database) => primary.url(database),
		standbyUrl: (database) => url(standbyPort, database),
		startStandby,
		untilCaughtUp: () => untilCaughtUp(primary.url('postgres'), url(standbyPort, 'postgres')),
		async killStandby() {
			process.kill(
				Number(readFileSync(path.join(standbyFolder, 'postmaster.pid'), 'utf8').split('\n')[0]),
				'SIGQUIT',
			);
			await standby?.stop();
		},
		async stop() {
			await standby?.stop();
			rmSync(standbyFolder, { recursive: true, force: true });
			await primary.stop();
		},
	};
}

/** A base backup by SQL: the embedded PostgreSQL comes without pg_basebackup. */
async function copyPrimary(primaryUrl: string, from: string, to: string): Promise<void> {
	const account = serverAccount([findEmbeddedBinaries().postgres, path.join(from, 'PG_VERSION')]);
	const client = new Client({ connectionString: primaryUrl });
	await client.connect();
	await client.query("select pg_backup_start('standby', fast => true)");
	const leftOut = /^(postmaster\.(pid|opts)|pg_wal\/.+|pgsql_tmp.*)$/;
	cpSync(from, to, { recursive: true, filter: (source) => !leftOut.test(path.relative(from, source)) });
	mkdirSync(path.join(to, 'pg_wal', 'archive_status'), { recursive: true });
	const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
	await client.end();
	const { hostname, port, username, password } = new URL(primaryUrl);
	const conninfo = `host=${hostname} port=${port} user=${username} password=${password}`;
	writeFileSync(path.join(to, 'backup_label'), rows[0]?.labelfile ?? '');
	writeFileSync(path.join(to, 'standby.signal'), '');
	writeFileSync(path.join(to, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
	for (const name of ['', ...readdirSync(to, { recursive: true, encoding: 'utf8' })])
		account.own(path.join(to, name));
}

async function untilCaughtUp(primaryUrl: string, standbyUrl: string): Promise<void> {
	const primary = new Client({ connectionString: primaryUrl });
	const standby = new Client({ connectionString: standbyUrl });
	await Promise.all([primary.connect(), standby.connect()]);
	try {
		const { rows } = await primary.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
		for (;;) {
			const { rows: replayed } = await standby.query<{ done: boolean }>(
				'select pg_last_wal_replay_lsn() >= $1::pg_lsn as done, pg_sleep(0.02)',
				[rows[0]?.lsn],
			);
			if (replayed[0]?.done) return;
		}
	} finally {
		await Promise.all([primary.end(), standby.end()]);
	}
}
