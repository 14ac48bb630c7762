import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;

beforeAll(async () => {
	database = await createTestDatabase();
	await seedOrganization(database.ownerUrl, 'acme');
});
afterAll(() => database.drop());

const retention = (...args: string[]) =>
	runLma(['org', 'retention', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

test('set changes what is given, get shows it', async () => {
	expect((await retention('get', 'acme')).out).toBe('acme keeps events forever and send attempts forever.');
	const set = await retention('set', 'acme', '--activity-months', '24', '--attempt-days', '90', '--json');
	expect(JSON.parse(set.out)).toEqual({ activityMonths: 24, attemptDays: 90 });
	await retention('set', 'acme', '--attempt-days', 'forever');
	expect((await retention('get', 'acme')).out).toBe(
		'acme keeps events for 24 whole months and send attempts forever.',
	);
});

test('partitions shows the policy, and changes it', async () => {
	expect(JSON.parse((await retention('partitions', '--json')).out)).toEqual({
		keepMonths: null,
		retireBy: 'detach',
		staleDays: 30,
	});
	const set = await retention('partitions', '--keep-months', '36', '--retire-by', 'drop');
	expect(set.out).toMatch('kept for 36 whole months, then removed');
	expect((await retention('partitions', '--keep-months', 'forever')).out).toBe('Events are kept forever.');
});

test.each([
	[['set', 'acme', '--activity-months', 'soon'], 1, /activityMonths must be a number of months/],
	[
		['set', 'acme', '--attempt-days', '0'],
		1,
		/attemptDays must be a number of days: "0"\. The smallest is 1/,
	],
	[['set', 'acme'], 2, /Give --activity-months or --attempt-days/],
	[['get', 'nobody'], 1, /Organization nobody not found/],
	[['partitions', '--retire-by', 'burn'], 2, /detach/],
])('%j is refused', async (args, exitCode, message) => {
	const refused = await retention(...args);
	expect(refused.exitCode).toBe(exitCode);
	expect(refused.err).toMatch(message);
});
