import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, type TestDatabase } from '../setup/database';
import { runLma } from './runLma';

let database: TestDatabase;
let emptyUrl: string;
let owner: postgres.Sql;
let emptyName: string;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1 });
	const url = new URL(database.ownerUrl);
	emptyName = `${url.pathname.slice(1)}_empty`;
	await owner`create database ${owner(emptyName)}`;
	url.pathname = `/${emptyName}`;
	emptyUrl = url.toString();
});

afterAll(async () => {
	await owner`drop database ${owner(emptyName)} with (force)`;
	await owner.end();
	await database.drop();
});

test('migrate brings an empty database up to date, and says so the second time', async () => {
	const planned = await runLma(['migrate', '--dry-run', '--json'], { env: { DATABASE_URL: emptyUrl } });
	const { pending } = JSON.parse(planned.out) as { pending: string[] };
	const shown = await runLma(['migrate', '--dry-run'], { env: { DATABASE_URL: emptyUrl } });
	expect(shown.out).toBe(
		[
			`${pending.length} migrations would run; 0 had already been applied:`,
			...pending.map((name) => `  ${name}`),
		].join('\n'),
	);

	const first = await runLma(['migrate', '--json'], { env: { DATABASE_URL: emptyUrl } });
	expect(first.exitCode).toBe(0);
	const { applied, alreadyApplied } = JSON.parse(first.out) as { applied: string[]; alreadyApplied: number };
	expect(alreadyApplied).toBe(0);
	expect(applied[0]).toBe('0001_tenancy');
	expect(applied).toEqual(pending);
	expect(first.err.split('\n')).toHaveLength(applied.length);

	const second = await runLma(['migrate'], { env: { DATABASE_URL: emptyUrl } });
	expect(second.out).toBe(
		`The schema is up to date: all ${applied.length} migrations had already been applied.`,
	);
	const again = await runLma(['migrate', '--dry-run'], { env: { DATABASE_URL: emptyUrl } });
	expect(again.out).toBe(`Nothing would run: all ${applied.length} migrations had already been applied.`);
});

test('migrate stops at a newer database with what was found and what to do', async () => {
	const env = { DATABASE_URL: database.ownerUrl };
	await owner`insert into lma.migrations (name, run_on) values ('9999_later', now())`;
	for (const args of [['migrate'], ['migrate', '--dry-run', '--json']]) {
		const { exitCode, out, err } = await runLma(args, { env });
		expect(exitCode).toBe(1);
		expect(out).toBe('');
		expect(err).toMatch(/newer than this version of LMA: it has 9999_later.*Update n8n-nodes-lma/s);
	}
});

test("--worker-login makes the worker's login, and a new password replaces the old one", async () => {
	const login = `${emptyName}_worker`.slice(-60);
	const args = ['migrate', '--worker-login', login];
	try {
		for (const password of ['first-password', 'second-password']) {
			const { exitCode } = await runLma(args, { env: { DATABASE_OWNER_URL: emptyUrl }, input: password });
			expect(exitCode).toBe(0);
			const url = new URL(emptyUrl);
			url.username = login;
			url.password = password;
			const worker = postgres(url.toString(), { max: 1 });
			expect(await worker`select count(*)::int as jobs from bullmq.job`).toEqual([{ jobs: 0 }]);
			await worker.end();
		}
	} finally {
		await owner`drop role if exists ${owner(login)}`;
	}
});

test('--worker-login without a password changes nothing', async () => {
	const env = { DATABASE_OWNER_URL: emptyUrl };
	const { exitCode, err } = await runLma(['migrate', '--worker-login', 'nobody_at_all'], { env });
	expect(exitCode).toBe(2);
	expect(err).toContain('password of the worker login is missing');
	expect(await owner`select from pg_roles where rolname = 'nobody_at_all'`).toHaveLength(0);
});

test.each([
	['--secret-env', 'WORKER_PASSWORD'],
	['--secret-file', '/no/such/file'],
])('migrate refuses %s without the login that it is for, and changes nothing', async (option, value) => {
	const env = { DATABASE_URL: emptyUrl, WORKER_PASSWORD: 'a-secret' };
	for (const more of [[], ['--dry-run']]) {
		const { exitCode, err } = await runLma(['migrate', option, value, ...more], { env });
		expect(exitCode).toBe(2);
		expect(err).toBe(
			`lma: ${option} is given, but not --worker-login, which it is for. Add --worker-login, or leave ${option} out.`,
		);
	}
});

test('a secret is read from one place', async () => {
	const places = ['--secret-env', 'WORKER_PASSWORD', '--secret-file', '/no/such/file'];
	const { exitCode, err } = await runLma(['migrate', '--worker-login', 'lma_w', ...places], {
		env: { DATABASE_URL: emptyUrl, WORKER_PASSWORD: 'a-secret' },
	});
	expect({ exitCode, err }).toEqual({
		exitCode: 2,
		err: 'lma: Both --secret-file and --secret-env are given. Leave one of them out.',
	});
});
