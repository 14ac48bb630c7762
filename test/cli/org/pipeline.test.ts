import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, it, test } from 'vitest';

import type { Pipeline } from '../../../domain/pipeline/pipeline';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;
let folder: string;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	await seedOrganization(database.ownerUrl, 'acme');
	await seedOrganization(database.ownerUrl, 'globex');
	folder = await mkdtemp(path.join(tmpdir(), 'lma-pipeline-'));
});
beforeEach(() => owner`delete from pipeline_labels`);
afterAll(async () => {
	await owner.end();
	await database.drop();
	await rm(folder, { recursive: true });
});

const pipeline = (...args: string[]) =>
	runLma(['org', 'pipeline', ...args], { env: { DATABASE_OWNER_URL: database.ownerUrl } });
const listed = async (slug: string) => JSON.parse((await pipeline('list', slug, '--json')).out) as Pipeline;
async function file(contents: unknown): Promise<string> {
	const name = path.join(folder, 'pipeline.json');
	await writeFile(name, typeof contents === 'string' ? contents : JSON.stringify(contents));
	return name;
}

test('set names, moves and hides a value of its organization alone', async () => {
	const { out, exitCode } = await pipeline(
		'set',
		'acme',
		'status',
		'closed won',
		'--label',
		'Signed',
		'--position',
		'1',
	);
	expect(exitCode).toBe(0);
	expect(out).toMatch(/^status +1 +Signed +CLOSED_WON +yes$/m);
	expect(out).not.toMatch(/^source/m);
	expect((await pipeline('list', 'acme')).out).toMatch(/^source +1 +Website/m);
	expect((await pipeline('list', 'acme', 'Source')).out).not.toMatch(/^status/m);
	await pipeline('set', 'acme', 'status', 'signed', '--hide');
	expect((await listed('acme')).status[0]).toEqual({ value: 'CLOSED_WON', label: 'Signed', isHidden: true });
	await pipeline('set', 'acme', 'status', 'signed', '--show');
	expect((await listed('acme')).status[0]).toMatchObject({ isHidden: false });
	expect((await listed('globex')).status[0]).toMatchObject({ value: 'NEW', label: 'New' });
});

test('two values swap their labels in one file', async () => {
	await pipeline('set', 'acme', 'source', 'EVENT', '--label', 'Fair');
	await pipeline('set', 'acme', 'source', 'EMAIL', '--label', 'Letter');
	const swapped = {
		source: [
			{ value: 'EVENT', label: 'Letter' },
			{ value: 'EMAIL', label: 'Fair' },
		],
	};
	expect((await pipeline('apply', 'acme', await file(swapped))).exitCode).toBe(0);
	expect((await listed('acme')).source.slice(0, 2).map(({ label }) => label)).toEqual(['Letter', 'Fair']);
});

test('apply takes what list prints, and only shows it with --dry-run', async () => {
	await pipeline('set', 'acme', 'leadTemperature', 'hot', '--label', 'On fire');
	const before = await listed('acme');
	const wanted = await file({ ...before, status: [{ value: 'NEW', label: 'Fresh' }] });
	const dry = await pipeline('apply', 'acme', wanted, '--dry-run');
	expect(dry).toMatchObject({ exitCode: 0, err: 'Nothing was changed.' });
	expect(dry.out).toMatch(/Fresh +NEW/);
	expect(await listed('acme')).toEqual(before);
	await pipeline('apply', 'acme', wanted);
	expect((await listed('acme')).status[0]?.label).toBe('Fresh');
	expect((await listed('acme')).leadTemperature[0]?.label).toBe('On fire');
});

test('reset gives one kind or all of them their standard names again', async () => {
	await pipeline('set', 'acme', 'status', 'NEW', '--label', 'Fresh');
	await pipeline('set', 'acme', 'source', 'EVENT', '--label', 'Fair');
	await pipeline('reset', 'acme', 'status');
	expect(await owner`select distinct kind from pipeline_labels`).toEqual([{ kind: 'source' }]);
	await pipeline('reset', 'acme');
	expect(await owner`select from pipeline_labels`).toHaveLength(0);
});

test('changes at once do not lose each other', async () => {
	const values = ['NEW', 'CONTACTED', 'QUALIFIED', 'PROPOSAL'];
	await Promise.all(
		values.map((value) => pipeline('set', 'acme', 'status', value, '--label', `My ${value}`)),
	);
	expect((await listed('acme')).status.slice(0, 4).map(({ label }) => label)).toEqual(
		values.map((value) => `My ${value}`),
	);
});

test.each([
	[['set', 'acme', 'status', 'WON', '--label', 'x'], 1, /status must be one of NEW/],
	[['set', 'acme', 'status', 'NEW', '--label', 'Closed Won'], 1, /could also mean CLOSED_WON/],
	[['set', 'acme', 'status', 'NEW'], 2, /Nothing to change/],
	[['set', 'acme', 'status', 'NEW', '--hide', '--show'], 2, /not both/],
	[['set', 'acme', 'colour', 'NEW', '--hide'], 2, /leadTemperature/],
	[['set', 'acme', 'status', 'NEW', '--position', '0'], 1, /position must be a place in the order/],
	[['set', 'nobody', 'status', 'NEW', '--hide'], 1, /Organization nobody not found/],
	[['apply', 'acme', '/no/such/file'], 1, /cannot be read/],
])('%j is refused and changes nothing', async (args, exitCode, message) => {
	const refused = await pipeline(...args);
	expect(refused.exitCode).toBe(exitCode);
	expect(refused.err).toMatch(message);
	expect(await owner`select from pipeline_labels`).toHaveLength(0);
});

test('a file that is no pipeline is refused', async () => {
	expect((await pipeline('apply', 'acme', await file('{'))).err).toContain('is not JSON');
	const twice = await pipeline('apply', 'acme', await file({ status: [{ value: 'NEW' }, { value: 'NEW' }] }));
	expect(twice.err).toContain('status lists NEW twice');
});

it('an organization’s own login reads its labels, sees no others and cannot change them', async () => {
	await pipeline('set', 'acme', 'status', 'NEW', '--label', 'Fresh');
	const app = postgres(database.appUrl, { max: 1, onnotice: () => undefined });
	try {
		for (const [slug, rows] of [
			['acme', 7],
			['globex', 0],
		] as const) {
			await app.begin(async (tx) => {
				await tx`select lma.use_organization(${slug})`;
				expect(await tx`select from pipeline_labels`).toHaveLength(rows);
			});
		}
		await expect(app`delete from pipeline_labels`).rejects.toThrow('permission denied');
	} finally {
		await app.end();
	}
});
