import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	await seedOrganization(database.ownerUrl, 'acme');
	await seedOrganization(database.ownerUrl, 'globex');
});
afterAll(async () => {
	await owner.end();
	await database.drop();
});

const fields = (...args: string[]) =>
	runLma(['org', 'fields', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });

test('set registers a field that list shows, for its organization alone, in order', async () => {
	const set = await fields('set', 'acme', 'seats', '--type', 'number', '--required', '--json');
	expect(JSON.parse(set.out)).toEqual({
		key: 'seats',
		label: 'seats',
		type: 'number',
		options: [],
		isRequired: true,
		position: 0,
	});
	await fields(
		'set',
		'acme',
		'plan',
		'--label',
		'Plan "β" 🎯',
		'--type',
		'select',
		'--options',
		'Gold',
		'--option',
		'Big & Co',
	);
	const first = await fields('set', 'acme', 'a first', '--position', '0');
	expect(first.out).toBe('acme has the custom field a first (text).');
	const listed = JSON.parse((await fields('list', 'acme', '--json')).out) as {
		key: string;
		position: number;
	}[];
	expect(listed.map(({ key, position }) => [key, position])).toEqual([
		['seats', 0],
		['a first', 0],
		['plan', 1],
	]);
	expect((await fields('list', 'acme')).out).toMatch(/^plan +Plan "β" 🎯 +select +no +Gold, Big & Co$/m);
	expect((await fields('list', 'globex', '--json')).out).toBe('[]');
});

test('set again changes the field and keeps its place', async () => {
	await fields('set', 'acme', 'plan', '--type', 'number');
	const listed = JSON.parse((await fields('list', 'acme', '--json')).out) as object[];
	expect(listed).toHaveLength(3);
	expect(listed[2]).toMatchObject({ key: 'plan', label: 'plan', type: 'number', options: [], position: 1 });
});

test('remove takes a field out; a second time there is none', async () => {
	expect((await fields('remove', 'acme', 'a first')).out).toBe(
		'acme no longer has the custom field a first.',
	);
	const again = await fields('remove', 'acme', 'a first');
	expect(again.exitCode).toBe(1);
	expect(again.err).toContain('Custom field a first not found');
	expect((await fields('remove', 'globex', 'seats')).err).toContain('Custom field seats not found');
});

test.each([
	[['set', 'acme', '__proto__'], 1, /is a reserved name/],
	[['set', 'acme', 'constructor'], 1, /is a reserved name/],
	[['set', 'acme', 'a.b'], 1, /character that is not allowed in keys/],
	[['set', 'acme', ''], 1, /key is empty/],
	[['set', 'acme', ' seats'], 1, /spaces around it/],
	[['set', 'acme', '<b>'], 1, /character that is not allowed in keys/],
	[['set', 'acme', 'x'.repeat(101)], 1, /longer than 100 characters/],
	[['set', 'acme', 'x', '--type', 'select'], 1, /options are for the types select and multiSelect/],
	[['set', 'acme', 'x', '--option', 'A'], 1, /options are for the types select and multiSelect/],
	[['set', 'acme', 'x', '--type', 'select', '--option', 'A', 'A '], 1, /lists an option twice/],
	[['set', 'acme', 'x', '--type', 'colour'], 2, /multiSelect/],
	[['set', 'acme', 'x', '--position', 'first'], 1, /position must be a place in the order/],
	[['list', 'nobody'], 1, /Organization nobody not found/],
])('%j is refused', async (args, exitCode, message) => {
	const refused = await fields(...args);
	expect(refused.exitCode).toBe(exitCode);
	expect(refused.err).toMatch(message);
});

test('more fields than a form can show are refused; one of them can still be changed', async () => {
	await owner`
		insert into custom_field_definitions (organization_id, key, label)
		select id, 'field ' || n, 'Field' from organizations, generate_series(1, 500) n where slug = 'globex'`;
	expect((await fields('set', 'globex', 'one more')).err).toContain('already has 500 custom fields');
	expect((await fields('set', 'globex', 'field 7', '--type', 'url')).exitCode).toBe(0);
});

test.each(['__proto__', 'a.b', '', ' a', 'a[0]', 'a"b', 'a\\b', 'a\nb'])(
	'the database refuses the key %j, whoever writes it',
	async (key) => {
		const insert = owner`
			insert into custom_field_definitions (organization_id, key, label)
			select id, ${key}, 'Hostile' from organizations where slug = 'acme'`;
		await expect(insert).rejects.toThrow('custom_field_definitions_key_usable');
	},
);

test('an organization’s own login reads the fields and cannot change them', async () => {
	const app = postgres(database.appUrl, { max: 1, onnotice: () => undefined });
	try {
		await app.begin(async (tx) => {
			await tx`select lma.use_organization('acme')`;
			expect(await tx`select key from custom_field_definitions order by key`).toEqual([
				{ key: 'plan' },
				{ key: 'seats' },
			]);
		});
		await expect(app`delete from custom_field_definitions`).rejects.toThrow('permission denied');
	} finally {
		await app.end();
	}
});
