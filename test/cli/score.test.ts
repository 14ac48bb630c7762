import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../setup/database';
import { runLma } from './runLma';

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'lma-rules-'));
const file = join(folder, 'rules.json');

beforeAll(async () => {
	database = await createTestDatabase();
	await seedOrganization(database.ownerUrl, 'acme');
	await seedOrganization(database.ownerUrl, 'other');
});
afterAll(async () => {
	rmSync(folder, { recursive: true });
	await database.drop();
});

const rules = (...args: string[]) =>
	runLma(['score', 'rules', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });
const save = (content: unknown) => {
	writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
};

test('what list prints as JSON, set takes back, for that organization alone', async () => {
	save([
		{ name: 'Referred', field: 'source', operator: 'equals', value: 'REFERRAL', points: 40 },
		{ name: 'No phone', field: 'phone', operator: 'isNotSet', points: -5, isActive: false },
	]);
	expect((await rules('set', file, '--org', 'acme')).out).toMatch(
		/ 40 +Referred +source equals "REFERRAL" +active/,
	);
	const listed = await rules('list', '--org', 'acme', '--json');
	save(listed.out);
	expect((await rules('set', file, '--org', 'acme')).exitCode).toBe(0);
	const again = await rules('list', '--org', 'acme', '--json');
	const names = (text: string) => (JSON.parse(text) as { name: string }[]).map(({ name }) => name);
	expect(names(again.out)).toEqual(['Referred', 'No phone']);
	expect((await rules('list', '--org', 'other', '--json')).out).toBe('[]');
});

test.each([
	['not JSON', /rules\.json is not JSON/],
	[{ name: 'x' }, /The rules are not a list/],
	[
		[{ name: 'x', field: 'email', operator: 'isSet', points: 900 }],
		/A rule is wrong.*Rule 1 "x": points must be from -100 to 100/s,
	],
	[
		[{ name: 'x', field: 'colour', operator: 'isSet', points: 9 }],
		/Rule 1 "x": field is not a field that can be scored/,
	],
	[
		[{ name: 'ok', field: 'email', operator: 'isSet', points: 1 }, { name: 'a' }, 7],
		/2 rules are wrong.*Rule 2 "a": field is missing.*Rule 3: value must be an object/s,
	],
])('set refuses %j and changes nothing', async (content, message) => {
	const before = await rules('list', '--org', 'acme', '--json');
	save(content);
	const refused = await rules('set', file, '--org', 'acme');
	expect(refused.exitCode).toBe(1);
	expect(refused.err).toMatch(message);
	expect((await rules('list', '--org', 'acme', '--json')).out).toBe(before.out);
});
