import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { findFreePort } from '../../cli/machine/freePort';
import { installN8n } from '../../cli/n8n/install';
import { startN8n } from '../../cli/n8n/process';
import { provisionN8n } from '../../cli/n8n/provision';
import { connect } from '../../db/connection/client';
import { changeDatabaseUrl, parseDatabaseUrl } from '../../domain/database/databaseUrl';
import { startTestPostgres, type TestServer } from '../setup/postgres';
import { startWorkerProcess } from './lma';

const checkout = join(__dirname, '../..');
const run = promisify(execFile);

/** Blocks of the section, in order: what a reader types. */
const [pack = '', database = '', setUp = '', worker = '', nodes = '', ...others] =
	blocksOf('On your own PostgreSQL');

let home: string;
let server: TestServer;
/** What the reader's shell has exported. */
let exported: Record<string, string> = {};

beforeAll(async () => {
	home = mkdtempSync(join(tmpdir(), 'lma-readme-'));
	server = await startTestPostgres();
	writeFileSync(join(home, 'leads.csv'), 'E-mail,First name\njoe@example.com,Joe\n');
});
afterAll(async () => {
	await server.stop();
	rmSync(home, { recursive: true, force: true });
});

function blocksOf(heading: string): string[] {
	const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
	const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
	return [...section.matchAll(/^```(?:sh|sql)\n([^]*?)^```$/gm)].map(([, block = '']) => block);
}

/**
 * Types a block into a shell with a home, and a global folder of npm, of its own. The clone is this one, which is built; the server
 * is that of the test. Returns what was printed.
 */
async function type(block: string, cwd = home): Promise<string> {
	const { host, port } = parseDatabaseUrl(server.adminUrl);
	const script = [
		'set -euo pipefail',
		// Installing what the clone needs, and building it, is what this run began with; packing would build again. What is
		// installed runs its scripts, unless the README says otherwise.
		'npm() { case "$1 ${2-}" in ci*|"run build"*) ;; pack*) command npm "$@" --ignore-scripts ;; *) command npm "$@" ;; esac; }',
		block.replaceAll('localhost:5432', `${host}:${String(port)}`),
		'echo; echo "exported:"; export -p | sed -n "s/^declare -x \\(DATABASE\\|LMA\\|WORKER\\|SMTP\\)/\\1/p"',
	].join('\n');
	const { stdout } = await run('bash', ['-c', script], {
		cwd,
		env: {
			...process.env,
			HOME: home,
			PATH: [join(home, 'global', 'bin'), join(checkout, 'node_modules', '.bin'), process.env.PATH].join(
				delimiter,
			),
			// How this machine reaches the registry stays.
			npm_config_userconfig: join(homedir(), '.npmrc'),
			npm_config_prefix: join(home, 'global'),
			npm_config_pack_destination: home,
			// What others have fetched need not be fetched again.
			npm_config_cache: join(homedir(), '.npm'),
			npm_config_audit: 'false',
			npm_config_fund: 'false',
			...exported,
		},
	});
	const [said = '', variables = ''] = stdout.split('\nexported:\n');
	exported = Object.fromEntries(
		[...variables.matchAll(/^(\w+)="(.*)"$/gm)].map(([, name = '', value = '']) => [name, value]),
	);
	return said;
}

test('the README has the blocks that are tried here, and no other', () => {
	expect(pack).toContain('npm pack');
	expect(database).toContain('create database');
	expect(setUp).toContain('lma migrate');
	expect(worker).toContain('lma worker');
	expect(nodes).toContain('.n8n/nodes');
	expect(others).toEqual([]);
});

test('the command: packed, installed and run as the README says', async () => {
	const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
	const [packing = '', ...rest] = pack.split('\n');
	await type(packing, checkout);
	expect((await type(rest.join('\n'))).trim().split('\n').at(-1)).toBe(version);
});

test('nothing that is installed runs a script: that may need a compiler', () => {
	for (const block of [pack, nodes]) {
		const installing = block.split('\n').filter((line) => line.startsWith('npm install'));
		expect(installing).not.toEqual([]);
		for (const line of installing) expect(line).toContain('--ignore-scripts');
	}
});

test('a database, its tables and an organization, set up as the README says', async () => {
	const admin = connect(server.adminUrl, { max: 1 });
	for (const statement of database.split(';').filter((text) => text.trim() !== ''))
		await admin.unsafe(statement);
	await admin.end();
	const said = await type(setUp);
	expect(said).toContain('The login lma_worker_login may run the worker.');
	expect(said).toMatch(/The LMA credential in n8n needs:\n\s+host\s+127\.0\.0\.1/);
	expect(said).toMatch(/1 (leads? )?created|created: 1|1 created/i);
});

test('the worker, run as the README says', async () => {
	await type(worker.replace(/^lma worker$/m, ''));
	const { DATABASE_URL = '', LMA_ENCRYPTION_KEY = '', SMTP_URL = '' } = exported;
	expect(worker).toMatch(/^lma worker$/m);
	const running = await startWorkerProcess(
		{ DATABASE_URL, LMA_ENCRYPTION_KEY, SMTP_URL },
		await findFreePort(),
		join(home, 'worker.log'),
		join(home, 'global', 'bin', 'lma'),
	);
	const { code } = await running.stop();
	expect(code).toBe(0);
});

test('the nodes: an n8n finds them where the README puts them', async () => {
	await type(nodes);
	const admin = connect(server.adminUrl, { max: 1 });
	await admin`create database n8n`;
	await admin.end();
	const { folder } = await installN8n({
		lockFolder: join(checkout, 'cli', 'n8n', 'pinned'),
		env: process.env,
	});
	const running = await startN8n({
		folder,
		userFolder: home,
		port: await findFreePort(),
		databaseUrl: changeDatabaseUrl(server.adminUrl, { database: 'n8n' }),
		logFile: join(home, 'n8n.log'),
	});
	try {
		const { url } = running;
		const owner = { email: 'o@acme.test', firstName: 'O', lastName: 'O', password: 'Correct-horse-1' };
		const login = /user\s+(\S+)\n\s+password\s+(\S+)/;
		const [, user = '', password = ''] = login.exec(await type('lma org login create acme')) ?? [];
		const { host, port } = parseDatabaseUrl(server.adminUrl);
		const credential = {
			host,
			port,
			database: 'lma',
			user,
			password,
			ssl: 'disable',
			organization: 'acme',
		} as const;
		// n8n refuses a credential of a type that it does not know.
		const provisioned = await provisionN8n({ url, owner, credential, templates: [] });
		expect(provisioned.credential).toMatchObject({ type: 'lmaApi' });
	} finally {
		await running.stop();
	}
});
