import type { IBinaryData, IBinaryKeyData, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { Sql } from '../../../../db/connection/client';
import { importFileWithin } from '../../../../db/leadFile/importFile';
import { LmaError, ValidationError } from '../../../../domain/error/errors';
import { parseInput } from '../../../../domain/input/parseInput';
import { text } from '../../../../domain/input/field';
import type { IncompleteRow, RejectedRow } from '../../../../domain/leadFile/importResult';
import { importOptionsSchema } from '../../../../domain/leadFile/importOptions';
import type { LeadFile } from '../../../../domain/leadFile/leadFile';
import type { ItemResult } from '../../../../domain/itemResult';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';
import { type ImportedFile, toImportedFile } from './importedFile';
import { leadFileOptions, sayNodeOption } from './leadFileOptions';

export { attachment } from './importedFile';

export const description: INodeProperties[] = shownFor('lead', 'importFile', [
	{
		displayName: 'File From',
		name: 'fileFrom',
		type: 'options',
		options: [
			{ name: 'Binary Field', value: 'binary', description: 'A file that an earlier node gives' },
			{ name: 'Text', value: 'text', description: 'The content of the file, as text' },
		],
		default: 'binary',
		description: 'Where the CSV file is',
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryField',
		type: 'string',
		required: true,
		default: 'data',
		hint: 'The name of the input binary field containing the file',
		displayOptions: { show: { fileFrom: ['binary'] } },
		description: 'Name of the binary field with the CSV file',
	},
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. Email,First name\nname@email.com,Nathan',
		displayOptions: { show: { fileFrom: ['text'] } },
		description:
			'CSV with a header line and one line per lead. A column email is needed; others are firstName, lastName, company, jobTitle, phone, website, value (in whole units of money) and what else a lead has.',
	},
	leadFileOptions,
]);

export const access = 'write';
export const schema = importOptionsSchema.extend({
	fileFrom: z.enum(['binary', 'text'], { error: 'must be binary or text' }).default('binary'),
	binaryField: text(255).optional(),
	text: z.string({ error: 'must be text; write it in quotes' }).optional(),
});

/** A file to import, and how. */
export type FileToImport = z.output<typeof schema> & { file?: LeadFile };

export function read(parameters: ItemParameters): FileToImport {
	const { map, ...options } = parameters.fields('options');
	const fileFrom = parameters.field('fileFrom');
	return parseInput(schema, {
		...options,
		map: Array.isArray(map) ? map.flatMap(linesOf) : map,
		fileFrom,
		...parameters.fieldsOf(fileFrom === 'text' ? 'text' : 'binaryField'),
	});
}

/** Mappings may stand one a line, too. */
function linesOf(pairs: unknown): unknown[] {
	return typeof pairs === 'string' ? pairs.split('\n') : [pairs];
}

/** Finds the file of an item; large ones are read piece by piece from where n8n keeps them. */
export async function load(
	context: IExecuteFunctions,
	itemIndex: number,
	input: FileToImport,
): Promise<FileToImport> {
	if (input.fileFrom === 'text') {
		const content = Buffer.from(input.text ?? '');
		return { ...input, file: { name: 'the text', open: () => once(content) } };
	}
	const field = input.binaryField ?? 'data';
	const data = binaryIn(context.getInputData()[itemIndex]?.binary ?? {}, field);
	return await Promise.resolve({
		...input,
		file: { name: nameOf(data), open: () => bytesOf(context, data) },
	});
}

/** @throws ValidationError when the item has no such file */
function binaryIn(binary: IBinaryKeyData, field: string): IBinaryData {
	const data = Object.hasOwn(binary, field) ? binary[field] : undefined;
	if (data) return data;
	const names = Object.keys(binary).map((name) => `"${name.slice(0, 40)}"`);
	const found = names.length > 0 ? `It has ${names.slice(0, 5).join(', ')}` : 'It has none';
	throw new ValidationError(
		'binaryField',
		`binaryField: the item has no binary field "${field.slice(0, 60)}"`,
		`${found}. Name the field with the file, and make sure that the node before gives one; or give the content as text.`,
	);
}

/** Imports files one after the other, each right row of them; all or nothing when something else fails. Repeating it changes nothing more. */
export async function execute(sql: Sql, inputs: FileToImport[]): Promise<ItemResult<ImportedFile>[]> {
	const results: ItemResult<ImportedFile>[] = [];
	for (const { file, fileFrom: _from, binaryField: _field, text: _text, ...options } of inputs) {
		if (!file) throw new Error('A file was not loaded');
		const rejected: RejectedRow[] = [];
		const onRejected = (rows: RejectedRow[]) => void rejected.push(...rows);
		const incomplete: IncompleteRow[] = [];
		const onIncomplete = (rows: IncompleteRow[]) => void incomplete.push(...rows);
		const listeners = { onRejected, onIncomplete };
		const importing = importFileWithin(sql, file, options, sayNodeOption, listeners);
		results.push(
			await importing.then(
				(result) => ({ row: toImportedFile(result, rejected, incomplete, options.isDryRun ?? false) }),
				(error: unknown) => ({ error: refusalOf(error) }),
			),
		);
	}
	return results;
}

/** What is wrong with a file, of which nothing was stored: the transaction goes on. Throws what is wrong with something else. */
function refusalOf(error: unknown): LmaError {
	if (error instanceof LmaError) return error;
	throw error;
}

function nameOf({ fileName }: IBinaryData): string {
	return fileName ?? 'the file';
}

async function* once(content: Buffer): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(content);
}

async function* bytesOf({ helpers }: IExecuteFunctions, data: IBinaryData): AsyncGenerator<Uint8Array> {
	if (data.id === undefined) yield* once(Buffer.from(data.data, 'base64'));
	else yield* (await helpers.getBinaryStream(data.id)) as AsyncIterable<Buffer>;
}
