import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { findFreePort } from '../../../cli/machine/freePort';

const root = join(__dirname, '../../..');
let folder: string;
let ports: { LMA_POSTGRES_PORT: string; LMA_HTTP_PORT: string; LMA_SMTP_PORT: string };
let child: ChildProcess | undefined;

beforeAll(async () => {
	execFileSync(process.execPath, ['scripts/transpile.mjs'], { cwd: root });
	folder = mkdtempSync(join(tmpdir(), 'lma-start-'));
	const [postgres, http, smtp] = [await findFreePort(), await findFreePort(), await findFreePort()];
	ports = { LMA_POSTGRES_PORT: `${postgres}`, LMA_HTTP_PORT: `${http}`, LMA_SMTP_PORT: `${smtp}` };
});

afterEach(() => child?.kill('SIGKILL'));

afterAll(() => {
	rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

/** Starts `lma start` without n8n, with an environment that is not that of the person who runs the tests. */
function start(): { output: () => string; ended: Promise<number | null> } {
	const args = [join(root, 'dist/cli/main.js'), 'start', '--no-n8n', '--data', folder];
	const started = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...ports } });
	child = started;
	let text = '';
	for (const stream of [started.stdout, started.stderr]) {
		stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
	}
	const ended = once(started, 'close').then(([code]) => code as number | null);
	return { output: () => text, ended };
}

async function until(condition: () => boolean, what: () => string): Promise<void> {
	const check = () => {
		if (!condition()) throw new Error(`Not within a minute: ${what()}`);
	};
	await vi.waitFor(check, { timeout: 60_000, interval: 50 });
}

async function startUp() {
	const run = start();
	let hasEnded = false;
	void run.ended.then(() => (hasEnded = true));
	await until(() => hasEnded || run.output().includes('Press Ctrl-C to stop.'), run.output);
	expect(run.output()).toContain('Press Ctrl-C to stop.');
	return run;
}

async function interrupt(run: { output: () => string; ended: Promise<number | null> }): Promise<void> {
	child?.kill('SIGINT');
	expect(await run.ended).toBe(0);
	expect(run.output()).toContain('Everything is stopped.');
}

/** What a command prints that is typed as it stands into another terminal. */
function typed(command: string): string {
	const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
	const shell = ['-c', command.replace('npx lma', `node ${join(root, 'dist/cli/main.js')}`)];
	return execFileSync('sh', shell, { env: { PATH }, encoding: 'utf8' });
}

/** Processes that name the folder in their command line: the server, and whatever else was started for it. */
function processesOnFolder(): string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map((pid) => {
			try {
				return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
			} catch {
				return ''; // It has ended meanwhile.
			}
		})
		.filter((command) => command.includes(folder));
}

/** What the rows of the summary say, by their heading. */
function readSummary(output: string): Record<string, number> {
	const lines = output.matchAll(
		/^(Rows in the sample|Duplicates merged|Rejected|Leads|E-mails \w+) +(\d+)/gm,
	);
	return Object.fromEntries([...lines].map(([, heading = '', count]) => [heading, Number(count)]));
}

test(
	'the first start loads the sample, sends what is due and serves /health',
	{ timeout: 120_000 },
	async () => {
		const run = await startUp();
		const summary = readSummary(run.output());
		expect(summary).toMatchObject({
			'Rows in the sample': 200,
			'Duplicates merged': 14,
			Rejected: 2,
			Leads: 184,
		});
		expect((summary['E-mails sent'] ?? 0) + (summary['E-mails scheduled'] ?? 0)).toBe(184);
		expect(summary['E-mails sent']).toBeGreaterThan(0);
		expect(readdirSync(join(folder, 'mail'))).toHaveLength(summary['E-mails sent'] ?? -1);
		expect(readFileSync(join(folder, 'rejected-leads.csv'), 'utf8')).toContain(
			'p.hoffmann(at)nordwind.example',
		);
		expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
		expect(statSync(join(folder, 'environment')).mode & 0o777).toBe(0o600);
		const [, command = ''] = /^Command {3}in another terminal: (.+)$/m.exec(run.output()) ?? [];
		expect(typed(command)).toMatch(/^open leads +184$/m);
		const answer = await fetch(`http://127.0.0.1:${ports.LMA_HTTP_PORT}/health`);
		expect(answer.status).toBe(200);
		expect(processesOnFolder()).not.toHaveLength(0);
		await interrupt(run);
		expect(processesOnFolder()).toEqual([]);
	},
);

test('the second start goes on with the same data', { timeout: 120_000 }, async () => {
	const run = await startUp();
	expect(run.output()).toContain('the sample was loaded by an earlier start');
	expect(readSummary(run.output())).toMatchObject({ Leads: 184 });
	expect(readSummary(run.output())).not.toHaveProperty('Rejected');
	await interrupt(run);
});

test(
	'a second start on the same data says that one is running, and leaves it alone',
	{ timeout: 120_000 },
	async () => {
		const run = await startUp();
		const first = child;
		const second = start();
		expect(await second.ended).toBe(1);
		expect(second.output()).toContain(
			`"lma start" is running already, with the data in ${folder}. Press Ctrl-C there`,
		);
		expect(second.output()).not.toContain('is taken');
		child = first;
		expect(statSync(join(folder, 'environment')).mode & 0o777).toBe(0o600);
		const [, command = ''] = /^Command {3}in another terminal: (.+)$/m.exec(run.output()) ?? [];
		expect(typed(command)).toMatch(/^open leads +184$/m);
		const answer = await fetch(`http://127.0.0.1:${ports.LMA_HTTP_PORT}/health`);
		expect(answer.status).toBe(200);
		await interrupt(run);
	},
);

test('a PostgreSQL that dies is started again, and the worker goes on', { timeout: 120_000 }, async () => {
	const run = await startUp();
	const [pid = ''] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
	process.kill(Number(pid), 'SIGKILL');
	await until(() => run.output().includes('PostgreSQL is running again.'), run.output);
	expect(run.output()).toMatch(/PostgreSQL has ended unexpectedly; starting it again in \d+ s\./);
	await vi.waitFor(
		async () => {
			const answer = await fetch(`http://127.0.0.1:${ports.LMA_HTTP_PORT}/ready`);
			expect(answer.status).toBe(200);
		},
		{ timeout: 60_000, interval: 100 },
	);
	await interrupt(run);
	expect(processesOnFolder()).toEqual([]);
});

test('after kill -9 nothing stays behind, and the next start works', { timeout: 120_000 }, async () => {
	const killed = await startUp();
	child?.kill('SIGKILL');
	await killed.ended;
	await until(
		() => processesOnFolder().length === 0,
		() => processesOnFolder().join('\n'),
	);
	const run = await startUp();
	expect(readSummary(run.output())).toMatchObject({ Leads: 184 });
	await interrupt(run);
});

test('SIGTERM while everything starts leaves nothing behind', { timeout: 120_000 }, async () => {
	const run = start();
	await until(() => processesOnFolder().some((command) => command.includes('postgres -D')), run.output);
	child?.kill('SIGTERM');
	expect(await run.ended).toBe(0);
	expect(processesOnFolder()).toEqual([]);
});

test(
	'a taken port is named with the variable that moves it, and nothing is started',
	{ timeout: 60_000 },
	async () => {
		const taken: Server = createServer().listen(Number(ports.LMA_HTTP_PORT), '127.0.0.1');
		await once(taken, 'listening');
		const run = start();
		expect(await run.ended).toBe(1);
		taken.close();
		expect(run.output()).toContain(`Port ${ports.LMA_HTTP_PORT} for the worker is taken`);
		expect(run.output()).toContain('set LMA_HTTP_PORT to a free port');
		expect(run.output()).not.toContain('Starting PostgreSQL');
		expect(processesOnFolder()).toEqual([]);
	},
);
