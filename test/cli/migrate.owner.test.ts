import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect, type Pool } from '../../db/connection/client';
import { changeDatabaseUrl } from '../../domain/database/databaseUrl';
import { startTestPostgres, type TestServer } from '../setup/postgres';
import { runLma } from './runLma';

let server: TestServer;
let admin: Pool;
let folder: string;
let env: Record<string, string>;

// A server of its own: on another one, somebody else has made the roles.
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'lma-owner-'));
	writeFileSync(join(folder, 'leads.csv'), 'email\njoe@example.com\n');
	server = await startTestPostgres();
	admin = connect(server.adminUrl, { max: 1 });
	await admin`create role lma_admin login createrole password 'p@#%/'`;
	await admin`create database lma owner lma_admin`;
	const owner = { database: 'lma', user: 'lma_admin', password: 'p@#%/' };
	env = { DATABASE_OWNER_URL: changeDatabaseUrl(server.adminUrl, owner), WORKER_PASSWORD: 'a-secret' };
});
afterAll(async () => {
	await admin.end();
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
});

const lma = async (...args: string[]) => {
	const { exitCode, out, err } = await runLma(args, { env });
	expect({ exitCode, ...(exitCode !== 0 && { err }) }).toEqual({ exitCode: 0 });
	return out;
};

test('an owner with CREATEROLE who is no superuser sets everything up, and a tenant login can use it', async () => {
	await lma('migrate', '--worker-login', 'lma_worker_login', '--secret-env', 'WORKER_PASSWORD');
	await lma('org', 'create', 'acme', '--name', 'Acme Ltd');
	await lma('org', 'user', 'add', 'acme', '--email', 'a@b.example', '--first-name', 'A', '--last-name', 'B');
	await lma('leads', 'import', join(folder, 'leads.csv'), '--org', 'acme');
	await lma('workflow', 'list', '--org', 'acme');
	await lma('org', 'report', 'acme');
	await lma('doctor');
	const created = await lma('org', 'login', 'create', 'acme', '--json');
	const { user, password } = JSON.parse(created) as { user: string; password: string };
	const nodes = connect(changeDatabaseUrl(server.adminUrl, { database: 'lma', user, password }), { max: 1 });
	expect(await nodes`select email from leads`).toEqual([{ email: 'joe@example.com' }]);
	await nodes.end();
	await lma('org', 'login', 'limit', 'acme', user, '7');
	await lma('org', 'login', 'rotate', 'acme', user);
	await lma('org', 'login', 'revoke', 'acme', user);
});

test('one who may not act as lma_app is told who can change that', async () => {
	await admin`revoke lma_app from lma_admin cascade`;
	const { exitCode, err } = await runLma(['workflow', 'list', '--org', 'acme'], { env });
	expect(exitCode).toBe(1);
	expect(err).toContain('this login may not act as lma_app');
	expect(err).toContain('grant lma_app to');
});
