import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { type LmaUnderTest, openLma } from '../../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(() => lma.owner`delete from leads`);

const fileItem = (content: string | Buffer, field = 'data'): INodeExecutionData => ({
	json: {},
	binary: {
		[field]: { data: Buffer.from(content).toString('base64'), mimeType: 'text/csv', fileName: 'leads.csv' },
	},
});

/** What n8n fills in. */
const standard = { fileFrom: 'binary', binaryField: 'data', options: {} };

async function importFiles(
	items: INodeExecutionData[],
	parameters: Record<string, string | IDataObject> = {},
	options: Parameters<LmaUnderTest['run']>[3] = {},
) {
	return await lma.run('lead.importFile', { ...standard, ...parameters }, items as never, options);
}

const stored = async () => [
	...(await lma.owner`select email, first_name, value, tags from leads order by id`),
];

test('a file becomes leads, and the item says how its columns were understood and what became of its rows', async () => {
	const { outputs, error } = await importFiles([
		fileItem('E-Mail;Vorname;Wert;Fax\na@x.example;Zoë;1.200,50;1\nnobody;X;2,5;2\nA@x.example;Anna;;\n'),
	]);
	expect(error).toBeUndefined();
	const [item] = outputs[0] ?? [];
	expect(item?.json).toMatchObject({
		...{ read: 3, created: 1, updated: 1, unchanged: 0, rejected: 1, isDryRun: false },
		...{ encoding: 'UTF-8', delimiter: ';' },
		columns: [
			{ heading: 'E-Mail', field: 'email' },
			{ heading: 'Vorname', field: 'firstName' },
			{ heading: 'Wert', field: 'value', reading: 'in whole units of money, decimal comma' },
			{ heading: 'Fax', field: null },
		],
		rejectedRows: [{ line: 3, reason: expect.stringMatching(/^email /) as string }],
	});
	expect(item?.pairedItem).toEqual({ item: 0 });
	const file = item?.binary?.data;
	expect(file).toMatchObject({ fileName: 'rejected-leads.csv', mimeType: 'text/csv' });
	expect(Buffer.from(file?.data ?? '', 'base64').toString()).toMatch(
		/^E-Mail,Vorname,Wert,Fax,lma_line,lma_reason\nnobody,X,"2,5",2,3,email /,
	);
	expect(await stored()).toEqual([{ email: 'A@x.example', first_name: 'Anna', value: 120_050, tags: null }]);
});

test('text is imported like a file, with every option, and a dry run stores nothing', async () => {
	const parameters = {
		fileFrom: 'text',
		text: 'Mail,Phone,Mobile,value\na@x.example,1,2,1.200\n',
		options: {
			map: 'Mobile=phone, Mail=email',
			locale: 'de',
			tags: 'fair, vip',
			source: 'EVENT',
			isDryRun: true,
		},
	};
	const dry = await importFiles([{ json: {} }], parameters);
	expect(dry.outputs[0]?.[0]?.json).toMatchObject({ created: 1, isDryRun: true });
	expect(dry.outputs[0]?.[0]?.binary).toBeUndefined();
	expect(await stored()).toEqual([]);
	await importFiles([{ json: {} }], { ...parameters, options: { ...parameters.options, isDryRun: false } });
	expect(await lma.owner`select phone, value, tags, source from leads`).toMatchObject([
		{ phone: '2', value: 120_000, tags: ['fair', 'vip'], source: 'EVENT' },
	]);
});

test('a file that is not clear stops the node in words of the node, and nothing of any file is stored', async () => {
	const clear = fileItem('email\nfirst@x.example\n');
	const unclear = fileItem('email,phone,mobile\na@x.example,1,2\n');
	const { error } = await importFiles([clear, unclear]);
	expect(error?.message).toContain('"phone" (column 2) and "mobile" (column 3) are both for phone');
	expect(error?.message).toContain('the option Map Columns "phone=phone"');
	expect(error?.context).toMatchObject({ itemIndex: 1 });
	expect(await stored()).toEqual([]);
});

test('with Continue, the other files are imported', async () => {
	const clear = fileItem('email\nfirst@x.example\n');
	const { outputs } = await importFiles(
		[fileItem('nothing\n'), { json: {} }, clear],
		{},
		{ onError: 'continueErrorOutput' },
	);
	expect(outputs[0]).toHaveLength(1);
	expect(outputs[1]?.map(({ json }) => (json.details as { code: string }).code)).toEqual([
		'LEAD_FILE_UNREADABLE',
		'INVALID_VALUE',
	]);
	expect((await stored()).map((lead) => lead.email as string)).toEqual(['first@x.example']);
});

test('another binary field can hold the file', async () => {
	const { outputs } = await importFiles([fileItem('email\na@x.example\n', 'File')], { binaryField: 'File' });
	expect(outputs[0]?.[0]?.json).toMatchObject({ created: 1 });
});
