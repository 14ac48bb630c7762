import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { setCustomField } from '../../../db/customField/customField';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;
let folder: string;
const idOf: Record<string, number> = {};

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	folder = mkdtempSync(join(tmpdir(), 'lma-export-'));
	for (const slug of ['acme', 'copy']) {
		const { id } = await seedOrganization(database.ownerUrl, slug, { users: 1 });
		idOf[slug] = id;
		await setCustomField(owner as never, id, { key: 'staff', label: 'Employees', type: 'number' });
		await setCustomField(owner as never, id, {
			key: 'wants',
			type: 'multiSelect',
			options: ['a, b', 'c', 'd'],
		});
	}
});

afterAll(async () => {
	await owner.end();
	await database.drop();
	rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => owner`delete from leads`);

const lma = (...args: string[]) => runLma(args, { env: { DATABASE_OWNER_URL: database.ownerUrl } });

async function insert(leads: Record<string, unknown>[]) {
	await owner`
		insert into leads (organization_id, email, first_name, last_name, company, phone, value, tags, custom_fields, notes, score, status)
		select ${idOf.acme ?? 0}, t.email, coalesce(t.first_name, ''), coalesce(t.last_name, ''), t.company, t.phone, t.value, t.tags,
			t.custom_fields, t.notes, coalesce(t.score, 0), coalesce(t.status, 'NEW')
		from jsonb_populate_recordset(null::leads, ${owner.json(leads as never)}) as t`;
}

const stored = async (slug: string) => [
	...(await owner`
		select email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature,
			expected_close_date, status, source, score, value, notes, tags, nullif(custom_fields, '{}') as custom_fields
		from leads
		where organization_id = ${idOf[slug] ?? 0}
		order by email`),
];

/** Exports the leads of acme and imports them into the other organization. */
async function copy() {
	const file = join(folder, 'export.csv');
	const exported = await lma('leads', 'export', '--org', 'acme', '--output', file);
	expect(exported.exitCode).toBe(0);
	const imported = await lma('leads', 'import', file, '--org', 'copy', '--strict');
	expect(imported).toMatchObject({ exitCode: 0, err: '' });
}

test('what was exported can be imported, and nothing has changed', async () => {
	await insert([
		{
			email: 'a@x.example',
			first_name: '=HYPERLINK("http://e.example")',
			last_name: "'+tick",
			phone: '+44 20 5550001',
			value: 120_050,
			tags: ['a', '+b', 'c, d', '-'],
			notes: 'one\r\ntwo "three"; four',
			score: 7,
			status: 'CLOSED_WON',
			custom_fields: {
				staff: 1.234,
				wants: ['a, b', 'd'],
				free: '@x',
				count: 3,
				nested: { deep: [1, '2'] },
				flag: false,
			},
		},
		{ email: 'b@x.example', custom_fields: { staff: -5, wants: ['c', 'd'], free: 'y', count: '3' } },
		{ email: 'c@x.example', tags: ['x', 'y'] },
	]);
	await copy();
	expect(await stored('copy')).toEqual(await stored('acme'));
});

test('no cell of an export is a formula, and only its owner may read it', async () => {
	await insert([
		{
			email: 'a@x.example',
			first_name: '=1+1',
			last_name: '@SUM(A1)',
			phone: '+1 2',
			company: '\tx',
			notes: '-1+2',
		},
	]);
	const file = join(folder, 'formulas.csv');
	await lma('leads', 'export', '--org', 'acme', '--output', file);
	const [, row = ''] = readFileSync(file, 'utf8').split('\n');
	for (const cell of ["'=1+1", "'@SUM(A1)", "'+1 2", "'\tx", "'-1+2"]) expect(row).toContain(cell);
	expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('any leads come back as they were', { timeout: 120_000 }, async () => {
	const word = fc.stringMatching(/^[=+@'"\-,;|a-zé😀]([ =+@'"\-,;|\na-zé😀]{0,8}[=+@'"\-,;|a-zé😀])?$/u);
	const json = fc.oneof(
		word,
		fc.integer(),
		fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
		fc.boolean(),
		fc.array(word),
	);
	const lead = fc.record({
		first_name: fc.option(word, { nil: '' }),
		company: fc.option(word),
		phone: fc.option(word),
		value: fc.option(fc.nat(2_147_483_647)),
		tags: fc.option(
			fc.uniqueArray(
				word.map((tag) => tag.trim()),
				{ minLength: 1, maxLength: 4 },
			),
		),
		custom_fields: fc.option(fc.dictionary(fc.constantFrom('free', 'other', 'more'), json, { minKeys: 1 })),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(lead, { minLength: 1, maxLength: 6 }), async (leads) => {
			await owner`delete from leads`;
			await insert(leads.map((fields, index) => ({ ...fields, email: `l${index}@x.example` })));
			await copy();
			expect(await stored('copy')).toEqual(await stored('acme'));
		}),
		{ numRuns: 15 },
	);
});

test('JSON lines are leads as the node gives them', async () => {
	await insert([{ email: 'a@x.example', value: 5 }, { email: 'b@x.example' }]);
	const { out } = await lma('leads', 'export', '--org', 'acme', '--format', 'jsonl');
	const leads = out.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
	expect(leads).toMatchObject([
		{ email: 'a@x.example', value: 5, firstName: '', tags: null },
		{ email: 'b@x.example', value: null },
	]);
});

test('filters are those of Get Many', async () => {
	await insert([
		{ email: 'a@x.example', score: 80, tags: ['vip'], status: 'QUALIFIED' },
		{ email: 'b@x.example', score: 20, tags: ['vip'] },
		{ email: 'c@x.example', score: 90, status: 'CONTACTED' },
	]);
	const emails = async (...options: string[]) => {
		const { out } = await lma('leads', 'export', '--org', 'acme', '--format', 'jsonl', ...options);
		return [...out.matchAll(/"email":"(.)@/g)].map(([, letter]) => letter);
	};
	expect(await emails()).toEqual(['a', 'b', 'c']);
	expect(await emails('--min-score', '50')).toEqual(['a', 'c']);
	expect(await emails('--status', 'QUALIFIED,CONTACTED', '--tags', 'vip')).toEqual(['a']);
	expect(await emails('--unassigned', '--limit', '2')).toEqual(['a', 'b']);
	const { exitCode, err } = await lma('leads', 'export', '--org', 'acme', '--min-score', 'many');
	expect(exitCode).toBe(2);
	expect(err).toContain('minScore');
});

test('thousands of leads go out page by page, each once', async () => {
	await owner`
		insert into leads (organization_id, email, first_name, last_name)
		select ${idOf.acme ?? 0}, format('many%s@x.example', n), 'A', 'B'
		from generate_series(1, 5500) n`;
	const { out, err } = await lma('leads', 'export', '--org', 'acme');
	const rows = out.split('\n').slice(1);
	expect(rows).toHaveLength(5500);
	expect(new Set(rows).size).toBe(5500);
	expect(err).toBe('5500 leads exported.');
});

test('another organization exports none of them', async () => {
	await insert([{ email: 'a@x.example' }]);
	writeFileSync(join(folder, 'x'), '');
	const { err } = await lma('leads', 'export', '--org', 'copy');
	expect(err).toBe('0 leads exported.');
});

test('custom fields are compared by their types, and unknown ones are refused', async () => {
	await insert([
		{ email: 'a@x.example', custom_fields: { staff: 8, wants: ['c', 'd'], free: 'x, y' } },
		{ email: 'b@x.example', custom_fields: { staff: 30 } },
	]);
	const run = (...options: string[]) =>
		lma('leads', 'export', '--org', 'acme', '--format', 'jsonl', ...options);
	const emails = async (...options: string[]) =>
		[...(await run(...options)).out.matchAll(/"email":"(.)@/g)].map(([, letter]) => letter);
	expect(await emails('--custom-fields', '{"staff":"8"}')).toEqual(['a']);
	expect(await emails('--custom-fields', '{"free":"x, y","wants":"C"}')).toEqual(['a']);
	const conditions = '[{"key":"staff","operator":"between","value":10,"upTo":"40"}]';
	expect(await emails('--custom-field-conditions', conditions)).toEqual(['b']);
	const unknown = await run('--custom-fields', '{"stafff":"8"}');
	expect(unknown.exitCode).not.toBe(0);
	expect(unknown.err).toContain('customFields.stafff is no custom field of the organization');
	expect((await run('--custom-field-conditions', 'staff')).err).toContain('must be a list of conditions');
	expect((await lma('leads', 'export', '--help')).out).not.toContain('timezone');
});

test('leads with an owner come into another organization without theirs', async () => {
	await insert([{ email: 'a@x.example' }]);
	const [user] = await owner`
		select id from users where organization_id = ${idOf.acme ?? 0} limit 1`;
	await owner`update leads set assigned_to_id = ${user?.id as number}`;
	const file = join(folder, 'owned.csv');
	await lma('leads', 'export', '--org', 'acme', '--output', file);
	const imported = (...options: string[]) => lma('leads', 'import', file, '--org', 'copy', ...options);
	expect((await imported()).exitCode).not.toBe(0);
	expect(await stored('copy')).toEqual([]);
	expect((await imported('--map', 'assignedToId=-')).exitCode).toBe(0);
	expect(await stored('copy')).toMatchObject([{ email: 'a@x.example' }]);
});

test('a file that is there stays as it is until the export is whole', async () => {
	const own = join(folder, 'own');
	mkdirSync(own);
	const file = join(own, 'keep.csv');
	writeFileSync(file, 'precious');
	const failed = await lma('leads', 'export', '--org', 'typo', '--output', file);
	expect(failed.exitCode).not.toBe(0);
	expect(readFileSync(file, 'utf8')).toBe('precious');
	expect(readdirSync(own)).toEqual(['keep.csv']);
	await insert([{ email: 'a@x.example' }]);
	expect(await lma('leads', 'export', '--org', 'acme', '--output', file)).toMatchObject({ exitCode: 0 });
	expect(readFileSync(file, 'utf8')).toContain('a@x.example');
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(readdirSync(own)).toEqual(['keep.csv']);
	const nowhere = join(own, 'none', 'leads.csv');
	const { err } = await lma('leads', 'export', '--org', 'acme', '--output', nowhere);
	expect(err).toContain(`${nowhere} cannot be written: ENOENT`);
});
