import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	await seedOrganization(database.ownerUrl, 'acme');
});
afterAll(async () => {
	await database.drop();
});

const lma = (...args: string[]) =>
	runLma(['org', 'login', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

test('org login makes, lists, rotates and revokes a login', async () => {
	const created = JSON.parse((await lma('create', 'acme', '--json')).out) as Record<string, string>;
	const user = created.user ?? '';
	const listed = JSON.parse((await lma('list', 'acme', '--json')).out) as Record<string, unknown>[];
	expect(listed).toEqual([
		{ login: user, organization: 'acme', createdAt: expect.any(String) as string, canLogIn: true },
	]);
	expect((await lma('list')).out).toMatch(new RegExp(`^${user} +acme +\\S+ +yes$`, 'm'));

	const url = new URL(database.ownerUrl);
	url.username = user;
	url.password = created.password ?? '';
	const session = postgres(url.toString(), { max: 1 });
	expect(await session`select slug from organizations`).toEqual([{ slug: 'acme' }]);
	const rotated = await lma('rotate', 'acme', user, '--json');
	await session.end();
	expect(rotated.err).toBe(`Ended 1 open session of ${user}.`);
	expect(JSON.parse(rotated.out)).toEqual({ ...created, password: expect.any(String) as string });
	expect(rotated.out).not.toContain(created.password);

	expect(await lma('revoke', 'acme', user)).toMatchObject({
		exitCode: 0,
		out: `Login ${user} of acme revoked and dropped.`,
	});
	expect((await lma('list', 'acme', '--json')).out).toBe('[]');
});

test('org login says which login is unknown', async () => {
	for (const command of ['rotate', 'revoke']) {
		expect(await lma(command, 'acme', 'nobody')).toMatchObject({
			exitCode: 1,
			err: 'lma: Organization acme has no login nobody. `lma org login list` shows the logins of every organization.',
		});
		expect((await lma(command, 'acme')).exitCode).toBe(2);
	}
});

test('org login limits the connections of a login', async () => {
	const created = await lma('create', 'acme', '--connection-limit', '4', '--json');
	const { user = '' } = JSON.parse(created.out) as { user?: string };
	expect(await lma('limit', 'acme', user, '8')).toMatchObject({
		exitCode: 0,
		out: `Login ${user} of acme may hold 8 connections at once.`,
	});
	for (const args of [
		['limit', 'acme', user, 'many'],
		['create', 'acme', '--connection-limit', '0'],
	]) {
		const { exitCode, err } = await lma(...args);
		expect(exitCode).toBe(2);
		expect(err).toMatch(/It must be a whole number of connections, from 1 to 10000\./);
	}
	await lma('revoke', 'acme', user);
});
