import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { findFreePort } from '../../../cli/machine/freePort';
import { startN8n, type StartOptions } from '../../../cli/n8n/process';
import { parentGuard } from '../../../cli/n8n/requiredFiles';
import { until } from '../../setup/until';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'lma-fake-n8n-'));
	mkdirSync(join(folder, 'node_modules', 'n8n', 'bin'), { recursive: true });
});

afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

const serves = `require('node:http').createServer((request, response) => {
	response.writeHead(request.url === '/healthz/readiness' ? 200 : 404).end();
}).listen(process.env.N8N_PORT, process.env.N8N_LISTEN_ADDRESS);`;

/** Options for an n8n that is this script. */
async function fakeN8n(script: string): Promise<StartOptions> {
	writeFileSync(join(folder, 'node_modules', 'n8n', 'bin', 'n8n'), script);
	return {
		folder,
		userFolder: join(folder, 'user'),
		port: await findFreePort(),
		databaseUrl: 'postgres://n8n:p%40ss@db.example:6432/n8n',
		logFile: join(folder, 'n8n.log'),
	};
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

test('a taken port is named together with the variable that moves it, and nothing is started', async () => {
	const server = createServer();
	const port = await findFreePort();
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	try {
		const starting = startN8n({ ...(await fakeN8n(serves)), port, portSetting: 'MY_PORT' });
		await expect(starting).rejects.toThrow(new RegExp(`Port ${port}.*set MY_PORT`));
	} finally {
		server.close();
	}
});

test('n8n gets its database and folder, but none of our own variables', async () => {
	vi.stubEnv('LMA_ENCRYPTION_KEY', 'top-secret');
	vi.stubEnv('N8N_PORT', '1');
	const options = await fakeN8n(`console.log(JSON.stringify(process.env)); ${serves}`);
	const n8n = await startN8n({ ...options, extraEnv: { N8N_METRICS: 'true' } });
	await n8n.stop();
	const env = JSON.parse(readFileSync(options.logFile, 'utf8')) as Record<string, string>;
	expect(env).toMatchObject({
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: 'db.example',
		DB_POSTGRESDB_PORT: '6432',
		DB_POSTGRESDB_PASSWORD: 'p@ss',
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(options.port),
		N8N_METRICS: 'true',
	});
	expect(JSON.stringify(env)).not.toContain('top-secret');
});

test('stopping ends n8n and the processes that it started', async () => {
	const options = await fakeN8n(`
		const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
		console.log(child.pid); ${serves}`);
	const n8n = await startN8n(options);
	const childPid = Number(readFileSync(options.logFile, 'utf8'));
	expect(isRunning(childPid)).toBe(true);
	await n8n.stop();
	await n8n.stop();
	expect(isRunning(n8n.pid)).toBe(false);
	await until('its child is gone', () => Promise.resolve(!isRunning(childPid)));
});

test('an n8n whose sqlite3 has no native part loads what asks for it', async () => {
	const sqlite = join(folder, 'node_modules', 'sqlite3');
	mkdirSync(sqlite);
	writeFileSync(join(sqlite, 'index.js'), `throw new Error('no native part');`);
	const n8n = await startN8n(await fakeN8n(`require('sqlite3').verbose(); ${serves}`));
	await n8n.stop();
});

test('an n8n that ends while starting is an error with the end of its log', async () => {
	const options = await fakeN8n(`console.error('Last session crashed'); process.exit(3);`);
	await expect(startN8n(options)).rejects.toThrow(/ended while starting \(code 3\).*Last session crashed/s);
});

test('an n8n that never becomes ready is stopped and is an error', async () => {
	const options = await fakeN8n(`console.log(process.pid); setInterval(() => undefined, 1000);`);
	await expect(startN8n({ ...options, timeoutMs: 700 })).rejects.toThrow(/was not ready after 1 s/);
	expect(isRunning(Number(readFileSync(options.logFile, 'utf8')))).toBe(false);
});

test('it ends when whoever started it is killed', async () => {
	const child = `spawn(process.execPath, ['--require', ${JSON.stringify(parentGuard)}, '-e', 'setInterval(() => {}, 1000)'],
		{ detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })`;
	const script = `const { spawn } = require('node:child_process'); console.log(${child}.pid); setInterval(() => {}, 1000);`;
	const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [output] = (await once(parent.stdout, 'data')) as [Buffer];
	const pid = Number(output.toString());
	expect(isRunning(pid)).toBe(true);
	parent.kill('SIGKILL');
	await until('it is gone', () => Promise.resolve(!isRunning(pid)), 10_000);
});
