import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { setCustomField } from '../../../db/customField/customField';
import { createTestDatabase, seedOrganization, type TestDatabase } from '../../setup/database';
import { runLma } from '../runLma';

let database: TestDatabase;
let owner: postgres.Sql;
let folder: string;
let organizationId: number;
const rejectedFile = () => join(folder, 'leads.rejected.csv');

beforeAll(async () => {
	database = await createTestDatabase();
	owner = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
	folder = mkdtempSync(join(tmpdir(), 'lma-kinds-'));
	({ id: organizationId } = await seedOrganization(database.ownerUrl, 'acme'));
});

afterAll(async () => {
	await owner.end();
	await database.drop();
	rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
	await owner`delete from leads`;
	await owner`delete from custom_field_definitions`;
	rmSync(rejectedFile(), { force: true });
});

async function run(content: string | Buffer, ...options: string[]) {
	const file = join(folder, 'leads.csv');
	writeFileSync(file, content);
	return await runLma(['leads', 'import', file, '--org', 'acme', ...options], {
		env: { DATABASE_OWNER_URL: database.ownerUrl },
	});
}

const stored = async (...columns: string[]) =>
	[...(await owner`select ${owner(columns)} from leads order by id`)] as Record<string, unknown>[];

async function expectRefused(
	exitCode: number,
	content: string | Buffer,
	options: string[],
	...said: string[]
) {
	const result = await run(content, ...options);
	expect(result).toMatchObject({ exitCode, out: '' });
	for (const text of said) expect(result.err).toContain(text);
	expect(await stored('id')).toEqual([]);
}

const define = async (key: string, type: string, label = key) =>
	await setCustomField(owner as never, organizationId, { key, type: type as never, label });

test.each([
	['[{"email":"a@x.example"}]', 'is JSON, not CSV'],
	['{"email":"a@x.example"}\n{"email":"b@x.example"}\n', 'is JSON, not CSV'],
	['<html><table><tr><td>Email</td></tr></table></html>', 'is a web page, not CSV'],
	['<?xml version="1.0"?><Workbook/>', 'is XML, not CSV'],
	['BEGIN:VCARD\nEMAIL:a@x.example\nEND:VCARD\n', 'is an address card (vCard), not CSV'],
	[Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), 'is a picture, not CSV'],
	[Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7_919 + 13) % 256)), 'is not text'],
])('what is no CSV is called by its name', async (content, said) => {
	await expectRefused(1, content, [], said);
});

test('UTF-8 with a byte that is none is not read as something else, which would spoil every letter', async () => {
	const bytes = Buffer.from('Email,First Name\na@x.example,Zoë\nb@x.example,Zoë\n');
	bytes[bytes.length - 2] = 0x41;
	await expectRefused(1, bytes, [], 'is UTF-8, but line 3 has a byte that is not');
	await expectRefused(1, bytes.subarray(0, -2), [], 'line 3');
	expect((await run(bytes, '--encoding', 'windows-1252')).exitCode).toBe(0);
});

test('a file of an old Mac is read, and said to be a guess', async () => {
	const { out } = await run(Buffer.from('Email;First Name\ra@x.example;J\x9frgen\r', 'latin1'));
	expect(out).toMatch(/Mac OS Roman \(it is not UTF-8/);
	expect(await stored('first_name')).toEqual([{ first_name: 'Jürgen' }]);
	await owner`delete from leads`;
	await expectRefused(
		1,
		Buffer.from('Email\na@x.example,\x81\n', 'latin1'),
		[],
		'neither in UTF-8 nor in Windows-1252',
	);
});

test('what ends a file of DOS is no row', async () => {
	expect(await run('Email,First Name\r\na@x.example,Ann\r\n\u001A')).toMatchObject({ exitCode: 0 });
});

test('values without a heading are told', async () => {
	const text = 'Email,,First Name,\na@x.example,zzz,Ann,\n';
	expect((await run(text)).out).toContain(
		'leads do not have it: column 2. --map "#2=customFields.<key>" keeps one.',
	);
	await owner`delete from leads`;
	await expectRefused(2, text, ['--strict'], 'Column 2 has values and no heading', '--map "#2=-"');
});

test('an amount in thousands is never taken for one in whole units, nor offered as such', async () => {
	for (const heading of ['Deal value (k€)', 'Umsatz (T€)', 'Budget in TEUR', 'Amount (USD thousands)']) {
		await owner`delete from leads`;
		expect((await run(`Email;${heading}\na@x.example;5\n`)).out).toContain(
			`leads do not have it: ${heading}`,
		);
		expect(await stored('value')).toEqual([{ value: null }]);
	}
});

test('headings name any currency, or cents', async () => {
	for (const [heading, value] of [
		['Amount (JPY)', 120_000],
		['Betrag in €', 120_000],
		['Wert in Cent', 1_200],
		['Deal value (US cents)', 1_200],
	] as const) {
		await owner`delete from leads`;
		await run(`Email;${heading}\na@x.example;1200\n`);
		expect(await stored('value')).toEqual([{ value }]);
	}
});

test('currencies in a column beside the amounts are looked at, and words in capitals are none', async () => {
	const text = 'email;Amount;Currency\na@x.example;5;EUR\nb@x.example;6;USD\n';
	await expectRefused(2, text, [], 'EUR (line 2), USD (line 3)', '--map "Currency=customFields.currency"');
	expect((await run(text.replace('USD', 'eur'))).exitCode).toBe(0);
	await owner`delete from leads`;
	const signs = 'email;Amount\na@x.example;US$ 5\nb@x.example;A$ 5\n';
	await expectRefused(2, signs, [], 'USD (line 2), AUD (line 3)');
	const { err } = await run('email;Amount\nc@x.example;$5\nd@x.example;TBD\n');
	expect(err).toContain('value is no amount of money with a decimal point: "TBD"');
});

test('whole numbers may have a zero behind their mark, as programs write them', async () => {
	await run('email;value_cents;score\na@x.example;120050.0;50.0\nb@x.example;120050,00;50,0\n');
	expect(await stored('value', 'score')).toEqual([
		{ value: 120_050, score: 50 },
		{ value: 120_050, score: 50 },
	]);
	const { err } = await run('email;value_cents\nc@x.example;120.000\n');
	expect(err).toContain('value is not a whole number of cents: "120.000"');
});

test('a telephone number that a spreadsheet shortened is refused, and so is a word in its place', async () => {
	const { err } = await run(
		'Email,Company,Phone,Notes\na@x.example,Acme,4.9E+10,\nb@x.example,Acme, Inc.,+44 1\nc@x.example,Acme,n/a,\n',
	);
	expect(err).toContain('line 2: phone was shortened by a spreadsheet');
	expect(err).toContain('line 3: phone has no digit. If the cells of the row stand one too far to the right');
	expect(await stored('phone')).toEqual([{ phone: 'n/a' }]);
});

test('text that was written for Excel, prefixes and marks that nobody sees are no part of a value', async () => {
	await run(
		'Email,First Name,Phone\na@x.example,\u200bAnn\u200b,"=""0049123"""\nb@x.example,Bob\u200d,p:+49 1\n',
	);
	expect(await stored('first_name', 'phone')).toEqual([
		{ first_name: 'Ann', phone: '0049123' },
		{ first_name: 'Bob\u200d', phone: '+49 1' },
	]);
});

test('tags in quotes are tags without them', async () => {
	await run('email;tags\na@x.example;"""vip"", ""trade fair, Bonn"""\n');
	expect(await stored('tags')).toEqual([{ tags: ['vip', 'trade fair, Bonn'] }]);
});

test('days are read as databases and spreadsheets write them; what is none says how to mend it', async () => {
	const dates = (...days: string[]) =>
		`email;close date\n${days.map((day, index) => `d${index}@x.example;${day}\n`).join('')}`;
	expect((await run(dates('20261231', '2026.12.31', '31-Dec-2026'))).exitCode).toBe(0);
	const day = new Date('2026-12-31T00:00:00');
	expect((await stored('expected_close_date')).map((row) => row.expected_close_date)).toEqual([
		day,
		day,
		day,
	]);
	const { err } = await run(dates('46387', '31.12.26', '1. März 2026', '20261331'));
	expect(err).toContain('line 2: expectedCloseDate is a number, as spreadsheets keep dates: "46387"');
	expect(err).toContain('line 3: expectedCloseDate has a year of two digits: "31.12.26"');
	expect(err).toMatch(/line 4: expectedCloseDate is not a date: "1. März 2026".*name a locale/);
	expect(err).toContain('line 5: expectedCloseDate is not a date: "20261331"');
});

test('a box is ticked in any of the languages', async () => {
	await define('news', 'boolean');
	const words = ['yes', 'Ja', 'oui', 'sí', 'x', '✓', 'nein', 'non', 'não', '0'];
	await run(`email,news\n${words.map((word, index) => `w${index}@x.example,${word}\n`).join('')}`);
	const news = (await stored('custom_fields')).map((row) => (row.custom_fields as { news: boolean }).news);
	expect(news).toEqual([true, true, true, true, true, true, false, false, false, false]);
});

test('keys that JavaScript keeps for itself are refused, and nothing is lost silently', async () => {
	const { err } = await run(
		'email,customFields\na@x.example,"{""__proto__"": 1, ""ok"": 2}"\nb@x.example,"{""constructor"": 1}"\n',
	);
	expect(err).toContain('line 2: customFields.__proto__ is a name that JavaScript keeps for itself');
	expect(err).toContain('line 3: customFields.constructor is a name that JavaScript keeps for itself');
	const map = ['--map', 'P=customFields.__proto__'];
	await expectRefused(2, 'email,P\na@x.example,1\n', map, 'Leads have no field');
	const { out } = await run('email,customFields.__proto__\na@x.example,1\n');
	expect(out).toContain('leads do not have it: customFields.__proto__');
});

test('a custom field is mapped to by its label and whatever its letter case', async () => {
	await define('vat', 'text', 'USt-ID');
	for (const name of ['USt-ID', 'customFields.USt-ID', 'customFields.VAT', 'customFields.vat']) {
		await owner`delete from leads`;
		await run('email,P\na@x.example,DE1\n', '--map', `P=${name}`);
		expect(await stored('custom_fields')).toEqual([{ custom_fields: { vat: 'DE1' } }]);
	}
});

test('a column of whole names is told, and split when somebody says so', async () => {
	const text =
		'Full Name,Email\nAnn Lee,a@x.example\n"Lee, Ann",b@x.example\nMadonna,c@x.example\nAnn van der Lee,d@x.example\n';
	expect((await run(text)).out).toContain('--map "Full Name=fullName" splits it');
	await run(text, '--map', 'Full Name=fullName');
	expect(await stored('first_name', 'last_name')).toEqual([
		{ first_name: 'Ann', last_name: 'Lee' },
		{ first_name: 'Ann', last_name: 'Lee' },
		{ first_name: 'Madonna', last_name: '' },
		{ first_name: 'Ann', last_name: 'van der Lee' },
	]);
	await owner`delete from leads`;
	const both = 'Name,First Name,Email\nAnn Lee,Anna,a@x.example\n';
	expect((await run(both, '--map', 'Name=fullName')).out).toContain('Left out besides: First Name');
	await owner`delete from leads`;
	const maps = ['--map', 'Name=fullName', '--map', 'First Name=firstName'];
	await expectRefused(2, both, maps, '"Name" (column 1) and "First Name" (column 2) are both for');
});

test('what else is wrong with a shifted row is told as well', async () => {
	const { err } = await run('Email,Company,Phone\nnobody,Acme, Inc.,+44\n');
	expect(err).toMatch(
		/The row has 4 cells, and the heading has 3\..*move those behind it to the left.*besides: .*email is not/,
	);
});

test('rejected rows of an earlier import are not taken for those of a clean one', async () => {
	const old = join(folder, 'leads.rejected.old.csv');
	await run('email\nnobody\n');
	const content = readFileSync(rejectedFile(), 'utf8');
	await run('email\na@x.example\n', '--dry-run');
	expect(existsSync(rejectedFile())).toBe(true);
	const { err } = await run('email\na@x.example\n');
	expect(err).toContain(`Rejected rows of an earlier import are now in ${old}`);
	expect(existsSync(rejectedFile())).toBe(false);
	expect(readFileSync(old, 'utf8')).toBe(content);
	writeFileSync(rejectedFile(), 'my own notes\n');
	await run('email\na@x.example\n');
	expect(readFileSync(rejectedFile(), 'utf8')).toBe('my own notes\n');
});

test('a pipe is read once, and a file that cannot be written is named', async () => {
	const pipe = join(folder, 'pipe.csv');
	execFileSync('mkfifo', [pipe]);
	const written = writeFile(pipe, 'email\na@x.example\n');
	const options = { env: { DATABASE_OWNER_URL: database.ownerUrl } };
	expect(await runLma(['leads', 'import', pipe, '--org', 'acme'], options)).toMatchObject({ exitCode: 0 });
	await written;
	expect(await stored('email')).toEqual([{ email: 'a@x.example' }]);
	const nowhere = join(folder, 'nowhere', 'x.csv');
	const { err } = await run('email\nnobody\n', '--rejected', nowhere);
	expect(err).toContain(`${nowhere} cannot be written: ENOENT. Check the path and its permissions.`);
});

test('a dry run says what would not become a lead, and a missing address is called so', async () => {
	const { err } = await run('email,score\n,500\n', '--dry-run');
	expect(err).toContain('1 row would not become a lead.');
	expect(err).toContain(
		'line 2: (1) email is empty, which is not an e-mail address. Write it as name@example.com. (2) score must be',
	);
});

test('a wrong value in a field that a lead need not have can be left out or kept as text', async () => {
	await define('seats', 'number');
	const text = 'email,value,seats,score\na@x.example,lots,many,50\nnobody,5,5,5\n';
	const omitted = await run(text, '--on-invalid-field', 'omit');
	expect(omitted.exitCode).toBe(1);
	expect(omitted.err).toMatch(/line 2: value is no amount of money.*; left out/);
	expect(omitted.out).toContain('1 row without a value that was wrong.');
	expect(await stored('value', 'score', 'custom_fields')).toEqual([
		{ value: null, score: 50, custom_fields: null },
	]);
	const kept = await run(text, '--on-invalid-field', 'keep', '--json');
	const { incomplete } = JSON.parse(kept.out) as {
		incomplete: { line: number; invalidFields: { keptAs: string }[] }[];
	};
	expect(incomplete.map(({ line }) => line)).toEqual([2]);
	expect(incomplete[0]?.invalidFields.map(({ keptAs }) => keptAs)).toEqual([
		'customFields.value_unchecked',
		'customFields.seats_unchecked',
	]);
	expect(await stored('custom_fields')).toEqual([
		{ custom_fields: { value_unchecked: 'lots', seats_unchecked: 'many' } },
	]);
	expect((await run(text, '--on-invalid-field', 'guess')).exitCode).toBe(2);
});

test.each([
	[
		'Pipedrive',
		'Person - Name,Person - First name,Person - Last name,Person - Email,Person - Phone,Organization - Name,Lead - Title',
		'Ann Lee,Ann,Lee,a@x.example,+1 1,Acme,Big deal',
	],
	[
		'Apollo',
		'First Name,Last Name,Company Name,Company Name for Emails,Email,Email Status,Work Direct Phone,Mobile Phone,Stage,Keywords,Person Linkedin Url',
		'Ann,Lee,Acme,Acme,a@x.example,Verified,+1 1,+1 2,Cold,"saas, cloud",http://x.example',
	],
	[
		'Zoho',
		'Record Id,Lead Owner,Company,First Name,Last Name,Email,Phone,Mobile,Lead Status,Rating',
		'zcrm_1,Bob,Acme,Ann,Lee,a@x.example,+1 1,+1 2,Contact in Future,',
	],
	[
		'HubSpot',
		'Record ID - Contact,First Name,Last Name,Email,Phone Number,Lead Status,Associated Company',
		'1,Ann,Lee,a@x.example,+1 1,Open deal,Acme',
	],
	[
		'Salesforce',
		'"ID","FIRSTNAME","LASTNAME","COMPANY","EMAIL","PHONE","MOBILEPHONE","LEADSOURCE","STATUS","ISCONVERTED"',
		'"1","Ann","Lee","Acme","a@x.example","+1 1","+1 2","Web","Open - Not Contacted","false"',
	],
])('an export of %s is known', async (name, headings, row) => {
	const { exitCode, err, out } = await run(`${headings}\n${row}\n`);
	expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
	expect(out).toContain(name);
	expect(await stored('email', 'first_name', 'last_name', 'company', 'phone', 'tags', 'status')).toEqual([
		{
			email: 'a@x.example',
			first_name: 'Ann',
			last_name: 'Lee',
			company: 'Acme',
			phone: '+1 1',
			tags: null,
			status: 'NEW',
		},
	]);
});
