import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../cli/machine/freePort';
import { serverAccount } from '../../cli/postgres/account';
import { isDockerRunning } from './docker';

/** A Redis for the length of one test run. */
export interface TestRedisServer {
	url: string;
	/** Where it came from, for people. */
	description: string;
	stop(): Promise<void>;
}

/** TEST_REDIS_URL, else Docker, else `redis-server` or `valkey-server` on the path; null when there is none. */
export async function startTestRedis(): Promise<TestRedisServer | null> {
	const url = process.env.TEST_REDIS_URL;
	if (url) return { url, description: 'TEST_REDIS_URL', stop: () => Promise.resolve() };
	if (await isDockerRunning()) return startInDocker();
	const program = ['redis-server', 'valkey-server'].find(
		(name) => spawnSync(name, ['--version']).status === 0,
	);
	return program ? startProgram(program) : null;
}

async function startInDocker(): Promise<TestRedisServer> {
	const { GenericContainer, Wait } = await import('testcontainers');
	const container = await new GenericContainer('redis:8-alpine')
		.withExposedPorts(6379)
		.withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
		.start();
	return {
		url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
		description: 'Docker, redis:8-alpine',
		stop: async () => void (await container.stop()),
	};
}

async function startProgram(program: string): Promise<TestRedisServer> {
	const directory = mkdtempSync(join(tmpdir(), 'lma-test-redis-'));
	const port = await findFreePort();
	const account = serverAccount([directory, join(directory, 'dump.rdb')]);
	account.own(directory);
	const args = [
		'--port',
		String(port),
		'--bind',
		'127.0.0.1',
		'--dir',
		directory,
		'--save',
		'',
		'--appendonly',
		'no',
	];
	const server = account.spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const abandon = () => {
		server.kill('SIGKILL');
		rmSync(directory, { recursive: true, force: true });
	};
	process.once('exit', abandon);
	const ended = once(server, 'exit').then(() => {
		throw new Error(`${program} ended before it was ready on port ${port}`);
	});
	const ready = new Promise<void>((resolve) => {
		server.stdout?.on('data', (chunk: Buffer) => {
			if (chunk.includes('Ready to accept connections')) resolve();
		});
	});
	await Promise.race([ready, ended]);
	ended.catch(() => undefined);
	return {
		url: `redis://127.0.0.1:${port}`,
		description: program,
		stop: async () => {
			const gone = once(server, 'exit');
			if (server.exitCode === null && server.kill('SIGTERM')) await gone;
			process.off('exit', abandon);
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
