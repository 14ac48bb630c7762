import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { setCustomField } from '../../../db/customField/customField';
import { changePipeline } from '../../../db/pipeline/pipeline';
import { type Pipeline, standardPipeline } from '../../../domain/pipeline/pipeline';
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
	folder = mkdtempSync(join(tmpdir(), 'lma-cases-'));
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

interface Imported {
	read: number;
	created: number;
	updated: number;
	unchanged: number;
	rejected: { line: number; reason: string }[];
	columns: { heading: string; field: string | null; reading: string }[];
}

async function run(content: string | Buffer, ...options: string[]) {
	const file = join(folder, 'leads.csv');
	writeFileSync(file, content);
	return await runLma(['leads', 'import', file, '--org', 'acme', ...options], {
		env: { DATABASE_OWNER_URL: database.ownerUrl },
	});
}

async function runJson(content: string | Buffer, ...options: string[]) {
	const { exitCode, out } = await run(content, '--json', ...options);
	return { exitCode, ...(JSON.parse(out) as Imported) };
}

const stored = async (...columns: string[]) =>
	[...(await owner`select ${owner(columns)} from leads order by id`)] as Record<string, unknown>[];

async function expectRefused(content: string | Buffer, options: string[], ...said: (string | RegExp)[]) {
	const { exitCode, err, out } = await run(content, ...options);
	expect(exitCode).toBe(2);
	expect(out).toBe('');
	for (const text of said) expect(err).toMatch(text);
	expect(await stored('id')).toEqual([]);
}

const german = `Email;First Name;Last Name;Deal value
de1@x.example;A;B;1.200
de2@x.example;A;B;1.200,50
de3@x.example;A;B;12.500
de4@x.example;A;B;1200,50
de5@x.example;A;B;12,500
de6@x.example;A;B;1.250.000
`;

test('amounts with a decimal comma are read so, all of them, and that is said', async () => {
	for (const options of [[], ['--locale', 'de']]) {
		await owner`delete from leads`;
		const { exitCode, out } = await run(german, ...options);
		expect(exitCode).toBe(0);
		expect(out).toContain('Deal value → value, in whole units of money, decimal comma');
		const values = (await stored('value')).map(({ value }) => value);
		expect(values).toEqual([120_000, 120_050, 1_250_000, 120_050, 1_250, 125_000_000]);
	}
});

test('amounts that can be read in two ways are asked about, and nothing is stored until it is said which', async () => {
	const text = 'email,value\na@x.example,1.200\nb@x.example,900\n';
	await expectRefused(text, [], /"value".*line 2/, '--locale de', '--locale en-US');
	await run(text, '--locale', 'de');
	expect(await stored('value')).toEqual([{ value: 120_000 }, { value: 90_000 }]);
	await owner`delete from leads`;
	await run(text, '--locale', 'en-US');
	expect(await stored('value')).toEqual([{ value: 120 }, { value: 90_000 }]);
});

test('a column that mixes the two ways is asked about; with a locale the rows of the other are rejected', async () => {
	const text = 'email;value\na@x.example;1.200,50\nb@x.example;1,200.50\n';
	await expectRefused(text, [], /mixes.*line 2.*line 3/, '--locale');
	const { exitCode, created, rejected } = await runJson(text, '--locale', 'de');
	expect({ exitCode, created, lines: rejected.map(({ line }) => line) }).toEqual({
		exitCode: 1,
		created: 1,
		lines: [3],
	});
});

test('an amount means whole units of money in every row, and a bad one is told so in that unit', async () => {
	const remedy =
		'Email;First Name;Last Name;Deal value\nrem1@x.example;A;B;120050\nrem2@x.example;A;B;1200.50\n';
	const { columns } = await runJson(remedy);
	expect(columns.at(-1)).toEqual({
		heading: 'Deal value',
		field: 'value',
		reading: 'in whole units of money, decimal point',
	});
	expect(await stored('value')).toEqual([{ value: 12_005_000 }, { value: 120_050 }]);
	const { rejected } = await runJson(
		'email,value\nc@x.example,lots\nd@x.example,1.005\ne@x.example,99999999.5\n',
	);
	expect(rejected.map(({ reason }) => reason)).toEqual([
		'value is no amount of money with a decimal point: "lots". Write it as 1200.50, in whole units of money.',
		expect.stringMatching(/^value has a fraction of a cent: "1.005"/),
		expect.stringMatching(/^value is more than 21,474,836.47/),
	]);
});

test('amounts in several currencies are asked about', async () => {
	await expectRefused(
		'email;value\na@x.example;5 EUR\nb@x.example;€ 6\nc@x.example;$7\n',
		[],
		/EUR \(line 2\), USD \(line 4\)/,
	);
});

test('value_cents holds cents', async () => {
	for (const heading of ['value_cents', 'valueCents', 'Value (cents)']) {
		await owner`delete from leads`;
		const { rejected } = await runJson(`email,${heading}\na@x.example,120050\nb@x.example,1200.50\n`);
		expect(await stored('value')).toEqual([{ value: 120_050 }]);
		expect(rejected[0]?.reason).toBe(
			'value is not a whole number of cents: "1200.50". Write 120050 for 1,200.50, or call the column "value" when it holds whole units of money.',
		);
	}
});

const twoPhones = `First Name,Last Name,Email,Phone,Mobile,Company,Organization,Title,Position
Ann,Lee,dup@x.example,+44 20 5550001,+44 7700 900001,Acme,Globex,Dr,CTO
`;

test('two columns for one field are told, all of them, and not imported before it is said which', async () => {
	await expectRefused(
		twoPhones,
		[],
		/"Phone" \(column 4\) and "Mobile" \(column 5\) are both for phone/,
		/"Company" \(column 6\) and "Organization" \(column 7\) are both for company/,
		/"Title" \(column 8\) and "Position" \(column 9\) are both for jobTitle/,
		'--map "Phone=phone"',
	);
	const maps = [
		'Mobile=phone',
		'Company=company',
		'Position=jobTitle',
		'Title=-',
		'Phone=customFields.office',
	];
	const { exitCode } = await run(twoPhones, ...maps.flatMap((map) => ['--map', map]));
	expect(exitCode).toBe(0);
	expect(await stored('phone', 'company', 'job_title', 'custom_fields')).toEqual([
		{
			phone: '+44 7700 900001',
			company: 'Acme',
			job_title: 'CTO',
			custom_fields: { office: '+44 20 5550001' },
		},
	]);
});

test('two columns with one heading are told apart by their number', async () => {
	const text = 'email,phone,phone\na@x.example,1,2\n';
	await expectRefused(text, [], '--map "#2=phone"');
	expect((await run(text, '--map', '#3=phone')).exitCode).toBe(0);
	expect(await stored('phone')).toEqual([{ phone: '2' }]);
});

const shift = `Email,First Name,Last Name,Company,Phone
shift@x.example,Ann,Lee,Acme, Inc.,+44 20 5550001
not-an-address,Bob,Low,Bobco, Ltd.,+44 20 5550002
`;

test('a shifted row is rejected with the number of its cells, and the rejected file keeps every cell', async () => {
	const { exitCode, created, rejected } = await runJson(shift);
	expect({ exitCode, created }).toEqual({ exitCode: 1, created: 0 });
	expect(rejected.map(({ reason }) => reason)).toEqual([
		expect.stringContaining('The row has 6 cells, and the heading has 5'),
		expect.stringContaining('The row has 6 cells, and the heading has 5'),
	]);
	expect(await stored('id')).toEqual([]);
	const lines = readFileSync(rejectedFile(), 'utf8').split('\n');
	expect(lines[0]).toBe('Email,First Name,Last Name,Company,Phone,lma_extra_1,lma_line,lma_reason');
	expect(lines[1]).toMatch(/^shift@x.example,Ann,Lee,Acme," Inc.",'\+44 20 5550001,2,/);

	const again = await runJson(readFileSync(rejectedFile()));
	expect(again.rejected.map(({ reason }) => reason)).toEqual([
		expect.stringContaining('The row has 6 cells, and the heading has 5'),
		expect.stringContaining('The row has 6 cells, and the heading has 5'),
	]);
	const mended = `${lines[0]}\n${lines[1]?.replace(`Acme," Inc.",'+44 20 5550001`, `"Acme, Inc.",'+44 20 5550001,`)}\n`;
	expect(await runJson(mended)).toMatchObject({ exitCode: 0, created: 1 });
	expect(await stored('company', 'phone')).toEqual([{ company: 'Acme, Inc.', phone: '+44 20 5550001' }]);
});

test('a row with too few cells is rejected; blank cells beyond the headings are nothing', async () => {
	const text = 'email,first name,company\na@x.example,Ann\nb@x.example,Ann,Acme,,\n,,\n';
	const { read, created, rejected } = await runJson(text);
	expect({ read, created }).toEqual({ read: 2, created: 1 });
	expect(rejected).toEqual([
		{ line: 2, reason: expect.stringContaining('The row has 2 cells, and the heading has 3') as string },
	]);
});

test('a line that names the delimiter is understood', async () => {
	const { exitCode } = await run('sep=;\r\nEmail;First name;Last name\r\nsep@x.example;Ann;Lee\r\n');
	expect(exitCode).toBe(0);
	expect(await stored('email', 'last_name')).toEqual([{ email: 'sep@x.example', last_name: 'Lee' }]);
});

const names = `Email,First Name,Last Name,Tags
my1@x.example,Ann,"O'Brien",a;b
my2@x.example,Null,Null,
my3@x.example,مريم,فاروق,
my4@x.example,"=HYPERLINK(""http://e.example"")",X,
bad-address,"=1+cmd|' /C calc'!A0",@SUM(A1),+1
Ev@X.example ,😀,x,
`;

test('names are kept as they are, tags are taken apart, and no formula leaves in the rejected file', async () => {
	const { created, rejected } = await runJson(names);
	expect({ created, rejected: rejected.length }).toEqual({ created: 5, rejected: 1 });
	expect(await stored('email', 'first_name', 'last_name', 'tags')).toEqual([
		{ email: 'my1@x.example', first_name: 'Ann', last_name: "O'Brien", tags: ['a', 'b'] },
		{ email: 'my2@x.example', first_name: 'Null', last_name: 'Null', tags: null },
		{ email: 'my3@x.example', first_name: 'مريم', last_name: 'فاروق', tags: null },
		{ email: 'my4@x.example', first_name: '=HYPERLINK("http://e.example")', last_name: 'X', tags: null },
		{ email: 'Ev@X.example', first_name: '😀', last_name: 'x', tags: null },
	]);
	expect(readFileSync(rejectedFile(), 'utf8').split('\n')[1]).toMatch(
		/^bad-address,'=1\+cmd\|' \/C calc'!A0,'@SUM\(A1\),'\+1,6,|^bad-address,"'=1\+cmd\|' \/C calc'!A0",'@SUM\(A1\),'\+1,6,/,
	);
	await runJson(readFileSync(rejectedFile(), 'utf8').replace('bad-address', 'good@x.example'));
	expect((await stored('first_name', 'last_name', 'tags')).at(-1)).toEqual({
		first_name: "=1+cmd|' /C calc'!A0",
		last_name: '@SUM(A1)',
		tags: ['+1'],
	});
});

test('UTF-16 and Windows-1252 are read, and the latter is said to be a guess', async () => {
	const text = 'Email\tFirst Name\tLast Name\r\nu16@x.example\tZoë\tX\r\n';
	const little = Buffer.from(text, 'utf16le');
	const big = Buffer.from(little).swap16();
	const files = [
		Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
		little,
		Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
		big,
	];
	for (const file of files) {
		await owner`delete from leads`;
		expect((await run(file)).exitCode).toBe(0);
		expect(await stored('first_name')).toEqual([{ first_name: 'Zoë' }]);
	}
	await owner`delete from leads`;
	const old = Buffer.from(
		'Email;First Name;Last Name\r\nw1252@x.example;Zo\xeb;M\xfcller \x80\r\n',
		'latin1',
	);
	const { out } = await run(old);
	expect(out).toMatch(/Windows-1252 \(it is not UTF-8/);
	expect(await stored('first_name', 'last_name')).toEqual([{ first_name: 'Zoë', last_name: 'Müller €' }]);
});

test('198 columns that leads do not have are left out in one line, and are no custom fields', async () => {
	const junk = Array.from({ length: 198 }, (_, index) => `junk ${index}`);
	const { exitCode, out } = await run(
		`email,${junk.join(',')}\na@x.example,${junk.map(() => 'x').join(',')}\n`,
	);
	expect(exitCode).toBe(0);
	expect(out).toMatch(
		/since leads do not have them: junk 0, .* and 193 more\. --map "junk 0=customFields.<key>" keeps one/,
	);
	expect(out.split('\n').length).toBeLessThan(6);
	expect(await stored('custom_fields')).toEqual([{ custom_fields: null }]);
});

test('--strict refuses columns that leads do not have', async () => {
	await expectRefused(
		'email,junk,more\na@x.example,1,2\n',
		['--strict'],
		/2 columns: junk, more/,
		'--map "junk=-"',
	);
	const maps = ['--map', 'junk=-', '--map', 'more=customFields.more'];
	expect((await run('email,junk,more\na@x.example,1,2\n', '--strict', ...maps)).exitCode).toBe(0);
});

test('a heading that is nearly a known one is asked about; a word of its own is not', async () => {
	await expectRefused(
		'email,Compnay\na@x.example,Acme\n',
		[],
		/"Compnay".*company/,
		'--map "Compnay=company"',
		'--map "Compnay=-"',
	);
	const { exitCode, err } = await run('Emial,Company\na@x.example,Acme\n');
	expect(exitCode).not.toBe(0);
	expect(err).toContain('"Emial"');
	expect((await run('email,State,Country\na@x.example,NY,US\n')).exitCode).toBe(0);
});

test('headings in other languages are known', async () => {
	const text =
		'Vorname;Name;E-Mail-Adresse;Firma;Position;Telefonnummer;Auftragswert (EUR);Bemerkungen;Schlagwörter\nAnn;Lee;a@x.example;Acme;CTO;+49 1;1.200,50;ja;x, y\n';
	expect((await run(text)).exitCode).toBe(0);
	expect(
		await stored('first_name', 'last_name', 'company', 'job_title', 'phone', 'value', 'notes', 'tags'),
	).toEqual([
		{
			first_name: 'Ann',
			last_name: 'Lee',
			company: 'Acme',
			job_title: 'CTO',
			phone: '+49 1',
			value: 120_050,
			notes: 'ja',
			tags: ['x', 'y'],
		},
	]);
	for (const [first, last, mail] of [
		['Prénom', 'Nom', 'Adresse e-mail'],
		['Nombre', 'Apellidos', 'Correo electrónico'],
		['Nome', 'Cognome', 'Indirizzo email'],
		['Voornaam', 'Achternaam', 'E-mailadres'],
		['Nome', 'Sobrenome', 'E-mail'],
		['Imię', 'Nazwisko', 'Adres e-mail'],
	]) {
		await owner`delete from leads`;
		expect((await run(`${first},${last},${mail}\nAnn,Lee,a@x.example\n`)).exitCode).toBe(0);
		expect(await stored('first_name', 'last_name')).toEqual([{ first_name: 'Ann', last_name: 'Lee' }]);
	}
});

test('registered custom fields are known by key and by label, and a score is a score', async () => {
	await setCustomField(owner as never, organizationId, {
		key: 'staff',
		label: 'Number of Employees',
		type: 'number',
	});
	await setCustomField(owner as never, organizationId, { key: 'renewal', type: 'date' });
	const text = 'email;number of employees;Renewal;Score\na@x.example;1.200,5;31.12.2026;80\n';
	const { exitCode, columns } = await runJson(text);
	expect(exitCode).toBe(0);
	expect(columns.map(({ field }) => field)).toEqual([
		'email',
		'customFields.staff',
		'customFields.renewal',
		'score',
	]);
	expect(await stored('score', 'custom_fields')).toEqual([
		{ score: 80, custom_fields: { staff: 1200.5, renewal: '2026-12-31' } },
	]);
});

test('all problems of a row are told at once', async () => {
	await setCustomField(owner as never, organizationId, { key: 'staff', type: 'number' });
	const { rejected } = await runJson('email,value,score,staff,status\nnobody,lots,101,many,WON\n');
	expect(rejected).toHaveLength(1);
	for (const field of ['email', 'value', 'score', 'customFields.staff', 'status'])
		expect(rejected[0]?.reason).toContain(`${field} `);
});

test('dates: the column decides whether the day comes first, or it is asked', async () => {
	const dates = (...days: string[]) =>
		`email,close date\n${days.map((day, index) => `d${index}@x.example,${day}\n`).join('')}`;
	await run(dates('01/02/2026', '31/12/2026', '2026-03-01', '1. Feb 2026'));
	const day = (text: string) => ({ expected_close_date: new Date(`${text}T00:00:00`) });
	expect(await stored('expected_close_date')).toEqual([
		day('2026-02-01'),
		day('2026-12-31'),
		day('2026-03-01'),
		day('2026-02-01'),
	]);
	await owner`delete from leads`;
	await expectRefused(dates('01/02/2026'), [], /close date/, '--locale en-GB', '--locale en-US');
	await run(dates('01/02/2026'), '--locale', 'en-US');
	expect(await stored('expected_close_date')).toEqual([day('2026-01-02')]);
});

test('a dry run says what would become of each row, and stores nothing', async () => {
	const text = 'email,first name\na@x.example,Ann\nA@X.example,Anna\nnobody,X\n';
	const { exitCode, out } = await run(text, '--dry-run');
	expect(exitCode).toBe(1);
	expect(out).toContain('3 rows would be: 1 created, 1 updated, 0 unchanged, 1 rejected. Nothing was stored');
	expect(await stored('id')).toEqual([]);
	expect((await run('email\na@x.example\n', '--dry-run')).out).toContain('1 row would be: 1 created');
});

test('an import without a source keeps that of a lead; tags of the command are added to those of a lead', async () => {
	await run('email,source,tags\na@x.example,EVENT,vip\n');
	await run('email\na@x.example\nb@x.example\n', '--tag', 'fair');
	expect(await stored('source', 'tags')).toEqual([
		{ source: 'EVENT', tags: ['vip', 'fair'] },
		{ source: 'OTHER', tags: ['fair'] },
	]);
});

test('tags of the command do not hide what is wrong with a row that has custom fields', async () => {
	const told = await runJson(
		'email,country\na@x.example,AT\nnobody,DE\n',
		'--tag',
		'fair',
		'--map',
		'country=customFields.country',
	);
	expect(told).toMatchObject({
		exitCode: 1,
		created: 1,
		rejected: [{ line: 3, reason: expect.stringContaining('email') as string }],
	});
	expect(await stored('tags')).toEqual([{ tags: ['fair'] }]);
});

test('preambles and footers of known exports are no rows', async () => {
	const linkedIn = `Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ann,Lee,https://www.linkedin.com/in/ann,ann@x.example,Acme,CTO,05 Mar 2026
`;
	const first = await runJson(linkedIn);
	expect(first).toMatchObject({ exitCode: 0, read: 1, created: 1 });
	expect(await stored('linkedin_url', 'job_title', 'custom_fields')).toEqual([
		{ linkedin_url: 'https://www.linkedin.com/in/ann', job_title: 'CTO', custom_fields: null },
	]);
	const salesforce = `"First Name","Last Name","Title","Company / Account","Email","Phone","Mobile","Lead Status"
"Ann","Lee","CTO","Acme","sf@x.example","+1 1","+1 2","Open - Not Contacted"

"Leads by Source"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"Confidential Information - Do Not Distribute"
"Generated By:  Ann Lee  3/5/2026, 9:00 AM"
"Acme"
`;
	await owner`delete from leads`;
	const second = await run(salesforce);
	expect(second).toMatchObject({ exitCode: 0, err: '' });
	expect(second.out).toContain('5 lines below the rows left out');
	expect(await stored('email', 'job_title', 'phone', 'status')).toEqual([
		{ email: 'sf@x.example', job_title: 'CTO', phone: '+1 1', status: 'NEW' },
	]);
});

test.each([
	[
		'Google',
		'First Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value',
		'Ann,Lee,Acme,CTO,* myContacts,* Work,a@x.example,Work,+1 1',
	],
	[
		'Google of old',
		'Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title',
		'Ann Lee,Ann,Lee,* myContacts,* Work,a@x.example,Work,+1 1,Acme,CTO',
	],
	[
		'Outlook',
		'Title,First Name,Middle Name,Last Name,Company,Job Title,Business Phone,Home Phone,Mobile Phone,E-mail Address,E-mail 2 Address,Categories',
		'Dr,Ann,,Lee,Acme,CTO,+1 1,+1 2,+1 3,a@x.example,,',
	],
	[
		'HubSpot',
		'Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Lead Status,Company name,Job Title,Create Date',
		'1,Ann,Lee,a@x.example,+1 1,+1 2,Bob,IN_PROGRESS,Acme,CTO,2026-01-01',
	],
])('an export of %s needs no mapping', async (_name, headings, row) => {
	const { exitCode, err } = await run(`${headings}\n${row}\n`);
	expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
	expect(await stored('email', 'first_name', 'last_name', 'company', 'job_title', 'phone', 'tags')).toEqual([
		{
			email: 'a@x.example',
			first_name: 'Ann',
			last_name: 'Lee',
			company: 'Acme',
			job_title: 'CTO',
			phone: '+1 1',
			tags: null,
		},
	]);
});

test.each([
	['--map', 'nonsense', /says of no column/],
	['--map', 'phone=nothing', /Leads have no field "nothing"/],
	['--map', 'Fax=phone', /no column "Fax"/],
	['--locale', 'xx-nowhere', /There is no locale/],
	['--encoding', 'klingon', /There is no encoding/],
	['--delimiter', 'ab', /cannot tell cells apart/],
])('%s %s is refused in words', async (option, value, said) => {
	const { exitCode, err } = await run('email,phone\na@x.example,1\n', option, value);
	expect(exitCode).toBe(2);
	expect(err).toMatch(said);
	expect(await stored('id')).toEqual([]);
});

test('a file without a header line is refused without repeating what is in it', async () => {
	const { exitCode, err } = await run('ann@x.example,Ann,Lee\n');
	expect(exitCode).toBe(1);
	expect(err).not.toMatch(/ann|lee/i);
});

test('standard input is read with -', async () => {
	const { exitCode, out } = await runLma(['leads', 'import', '-', '--org', 'acme'], {
		env: { DATABASE_OWNER_URL: database.ownerUrl },
		input: 'email\na@x.example\n',
	});
	expect(exitCode).toBe(0);
	expect(out).toContain('1 row: 1 created, 0 updated, 0 unchanged, 0 rejected.');
});

test('addresses are taken as RFC 5321 has them, and two in one cell are refused', async () => {
	const text = `Email,First Name,Last Name
user@example.xn--p1ai,A,B
user@bücher.example,A,B
müller@x.example,A,B
a&b@x.example,A,B
sales/eu@x.example,A,B
b=c@x.example,A,B
"Ann <ann2@x.example>",A,B
mailto:ann3@x.example,A,B
dot@x.example.,A,B
o'b@x.example,A,B
a1@x.example; a2@x.example,A,B
bounce-#1@x.example,A,B
user@x.photography,A,B
`;
	const { rejected } = await runJson(text);
	expect(rejected.map(({ line }) => line)).toEqual([12]);
	const emails = (await stored('email')).map(({ email }) => email);
	for (const email of [
		'a&b@x.example',
		'sales/eu@x.example',
		'b=c@x.example',
		'ann2@x.example',
		'ann3@x.example',
	])
		expect(emails).toContain(email);
});

test('labels are taken as people write them', async () => {
	const { rejected } = await runJson(
		'email,status,source,temperature\na@x.example,Closed Won,cold outreach,Hot\n',
	);
	expect(rejected).toEqual([]);
	expect(await stored('status', 'source', 'lead_temperature')).toEqual([
		{ status: 'CLOSED_WON', source: 'COLD_OUTREACH', lead_temperature: 'hot' },
	]);
});

test('labels of the organization’s own are taken, too', async () => {
	const renamed = (pipeline: Pipeline): Pipeline => ({
		...pipeline,
		status: pipeline.status.map((entry) =>
			entry.value === 'QUALIFIED' ? { ...entry, label: 'Erstgespräch' } : entry,
		),
	});
	await changePipeline(owner as never, organizationId, renamed);
	const { rejected } = await runJson('email,status\na@x.example,erstgespräch\nb@x.example,new\n');
	await changePipeline(owner as never, organizationId, () => standardPipeline());
	expect(rejected).toEqual([]);
	expect(await stored('status')).toEqual([{ status: 'QUALIFIED' }, { status: 'NEW' }]);
});

test('a file that says nothing new changes nothing, and is told apart from one that does', async () => {
	await run('email,first name,tags\na@x.example,Ann,vip\nb@x.example,Bob,\n');
	const again = await runJson('email,first name,tags\na@x.example,Ann,vip\nb@x.example,Rob,\n');
	expect(again).toMatchObject({ exitCode: 0, created: 0, updated: 1, unchanged: 1 });
	const tagged = await runJson('email\na@x.example\nb@x.example\n', '--tag', 'vip');
	expect(tagged).toMatchObject({ updated: 1, unchanged: 1 });
});

test('the file that is read is not written over', async () => {
	const { exitCode, err } = await run('email\nnobody\n', '--rejected', join(folder, 'leads.csv'));
	expect(exitCode).toBe(2);
	expect(err).toContain('is the file that is read');
	expect(readFileSync(join(folder, 'leads.csv'), 'utf8')).toBe('email\nnobody\n');
});

test('following the advice on two columns of money stores the same amount', async () => {
	const content =
		'Email,First Name,Last Name,Value (cents),Deal value (USD)\na@x.example,A,B,120050,1200.50\n';
	const { err } = await run(content);
	const advised = /--map "(Value \(cents\)=\w+)"/.exec(err)?.[1] ?? '';
	expect(await runJson(content, '--map', advised)).toMatchObject({ exitCode: 0, created: 1 });
	expect(await stored('value')).toEqual([{ value: 120_050 }]);
});
