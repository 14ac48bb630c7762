import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createTestDatabase, seedOrganization, type TestDatabase } from '../setup/database';
import { runLma } from './runLma';

const sample = join(__dirname, '../../cli/start/sample/trade-fair-leads.csv');
let database: TestDatabase;
let owner: postgres.Sql;
let folder: string;

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1 });
	folder = mkdtempSync(join(tmpdir(), 'lma-leads-'));
	await seedOrganization(database.ownerUrl, 'acme');
	await seedOrganization(database.ownerUrl, 'other');
});

afterAll(async () => {
	await owner.end();
	await database.drop();
	rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => owner`delete from leads`);

interface Imported {
	read: number;
	created: number;
	updated: number;
	unchanged: number;
	rejected: { line: number; reason: string }[];
}

async function importFile(file: string, ...options: string[]) {
	const args = ['leads', 'import', file, '--org', 'acme', '--rejected', join(folder, 'bad.csv'), ...options];
	return runLma(args, { env: { DATABASE_OWNER_URL: database.ownerUrl } });
}

async function importText(text: string | Buffer, ...options: string[]) {
	const file = join(folder, 'leads.csv');
	writeFileSync(file, text);
	return importFile(file, ...options);
}

async function importJson(text: string | Buffer, ...options: string[]): Promise<Imported> {
	const { exitCode, out, err } = await importText(text, '--json', ...options);
	const imported = JSON.parse(out) as Imported;
	// The exit code tells of rejected rows.
	expect({ exitCode, err: err === '' }).toEqual(
		imported.rejected.length > 0 ? { exitCode: 1, err: false } : { exitCode: 0, err: true },
	);
	return imported;
}

test('the bundled sample: two bad rows are reported with their lines, and nothing else is lost', async () => {
	const { exitCode, out, err } = await importFile(sample);
	expect(exitCode).toBe(1);
	expect(out).toMatch(/^200 rows: 184 created, \d+ updated, \d+ unchanged, 2 rejected\.$/m);
	expect(err.match(/line \d+/g)).toEqual(['line 63', 'line 149']);
	const [{ leads } = { leads: 0 }] = await owner<
		{ leads: number }[]
	>`select count(*)::int as leads from leads`;
	expect(leads).toBe(184);
});

test('the planner knows of the leads as soon as they are imported', async () => {
	await owner`truncate leads cascade`;
	await importJson('email\na@statistics.example\nb@statistics.example\n');
	const known = await owner`select reltuples::int as rows from pg_class where oid = 'leads'::regclass`;
	expect(known).toEqual([{ rows: 2 }]);
});

test('the file of rejected rows can be mended and imported', async () => {
	await importFile(sample);
	const bad = readFileSync(join(folder, 'bad.csv'), 'utf8');
	expect(bad.split('\n')[0]).toMatch(/,lma_line,lma_reason$/);
	const mended = bad.replace('(at)', '@').replace('\n,Jean-Luc', '\njean-luc@maison-eclat.example,Jean-Luc');
	expect(await importJson(mended)).toMatchObject({ read: 2, created: 2, rejected: [] });
	const rows = await owner<{ firstName: string; custom: object | null }[]>`
		select first_name as "firstName", custom_fields as custom
		from leads
		where email in ('p.hoffmann@nordwind.example', 'jean-luc@maison-eclat.example')
		order by id`;
	expect(rows.map(({ firstName }) => firstName)).toEqual(['Petra', 'Jean-Luc']);
	expect(rows.map(({ custom }) => custom)).toEqual([null, null]);
});

test('importing twice creates nothing twice', async () => {
	await importFile(sample);
	const { out } = await importFile(sample);
	expect(out).toMatch(/^200 rows: 0 created, \d+ updated, \d+ unchanged, 2 rejected\.$/m);
});

test('addresses that differ in case are one lead, and an empty cell clears nothing', async () => {
	const result = await importJson('email,first name,phone\nZoe@x.example,Zoë,+1 555 0100\nzoe@X.EXAMPLE,,\n');
	expect(result).toMatchObject({ read: 2, created: 1 });
	expect(result.updated + result.unchanged).toBe(1);
	const rows = await owner`select first_name, phone from leads`;
	expect([...rows]).toEqual([{ first_name: 'Zoë', phone: '+1 555 0100' }]);
});

test('a spreadsheet: byte order mark, semicolons, CRLF, quotes over lines, a column that is kept when somebody says so', async () => {
	const text =
		'\uFEFFE-Mail;Surname;Budget (EUR);Booth visits;Remarks\r\na@x.example;Müller;12,500.50;3;"one\r\ntwo"\r\n';
	const kept = ['--map', 'Booth visits=customFields.boothVisits'];
	expect(await importJson(text, ...kept)).toMatchObject({ read: 1, created: 1 });
	const rows = await owner`select last_name, value, custom_fields, notes from leads`;
	expect([...rows]).toEqual([
		{ last_name: 'Müller', value: 1_250_050, custom_fields: { boothVisits: '3' }, notes: 'one\r\ntwo' },
	]);
});

test('lines are counted as in the file, also after cells over several lines', async () => {
	const { rejected } = await importJson('email,notes\na@x.example,"one\ntwo\nthree"\n\nnobody,x\n');
	expect(rejected).toEqual([{ line: 6, reason: expect.stringContaining('not an e-mail address') as string }]);
});

test('source and tags are for rows that have none', async () => {
	await importJson(
		'email,source\na@x.example,REFERRAL\nb@x.example,\n',
		'--source',
		'EVENT',
		'--tag',
		'fair',
		'vip',
	);
	const rows = await owner`select source, tags from leads order by email`;
	expect([...rows]).toEqual([
		{ source: 'REFERRAL', tags: ['fair', 'vip'] },
		{ source: 'EVENT', tags: ['fair', 'vip'] },
	]);
});

test('a wrong amount or status rejects its row alone', async () => {
	const result = await importJson(
		'email,value,status\na@x.example,lots,\nb@x.example,5,LOST\nc@x.example,5,NEW\n',
	);
	expect(result).toMatchObject({ created: 1, rejected: [{ line: 2 }, { line: 3 }] });
	expect(result.rejected.map(({ reason }) => reason.split(' ')[0])).toEqual(['value', 'status']);
});

test('SQL in a cell is text', async () => {
	await importJson(`email,first name\na@x.example,"'); drop table leads; --"\n`);
	const rows = await owner`select first_name from leads`;
	expect([...rows]).toEqual([{ first_name: "'); drop table leads; --" }]);
});

test('the leads belong to the organization that was named', async () => {
	await importJson('email\na@x.example\n');
	const rows = await owner`
		select o.slug
		from leads l
		join organizations o on o.id = l.organization_id`;
	expect([...rows]).toEqual([{ slug: 'acme' }]);
});

test.each([
	['no such file', 'missing.csv', null, 'does not exist. Check the path'],
	['an empty file', 'empty.csv', '', 'is empty. It needs a header line'],
	['no column for the address', 'x.csv', 'name\nJo\n', 'has no column for the e-mail address'],
	['an Excel workbook', 'x.csv', Buffer.from('PK\x03\x04rest', 'latin1'), 'is an Excel workbook'],
	[
		'a quotation mark inside a value',
		'x.csv',
		'email,company\nsecret@x.example,5" screens\n',
		'is not CSV: line 2 has a quotation mark inside a value',
	],
	[
		'a quote that never ends',
		'x.csv',
		'email,name\na@x.example,"Jo\n',
		'is not CSV: a quotation mark that opens in the row of line 2 is never closed',
	],
])('%s is one clear sentence', async (_case, name, content, message) => {
	if (content !== null) writeFileSync(join(folder, name), content);
	const { exitCode, err } = await importFile(join(folder, name));
	expect(exitCode).toBe(1);
	expect(err).toContain(message);
	expect(err.split('\n')).toHaveLength(1);
});

test('an unknown organization is named', async () => {
	writeFileSync(join(folder, 'one.csv'), 'email\na@x.example\n');
	const { exitCode, err } = await runLma(['leads', 'import', join(folder, 'one.csv'), '--org', 'nobody'], {
		env: { DATABASE_OWNER_URL: database.ownerUrl },
	});
	expect({ exitCode, err }).toEqual({
		exitCode: 1,
		err: 'lma: Organization nobody not found. Check the organization slug. `lma org list` shows the existing ones.',
	});
});
