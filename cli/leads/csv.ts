import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type Info, type Options } from 'csv-parse';
import { CommandFailedError } from '../terminal/failure';

/** One row of a CSV file. */
export interface CsvRow {
	/** Where it begins in the file; the heading is line 1. */
	line: number;
	cells: string[];
}

/** Any source of bytes, such as a file stream or standard input. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Reads CSV as web forms, trade fairs and spreadsheets write it: comma, semicolon or tab, with or without a byte
 * order mark, cells in quotes over several lines. Rows may be shorter or longer than the heading; empty lines are
 * skipped. Yields the heading line first.
 * @throws CommandFailedError when the text is not UTF-8 or a quote is never closed; `name` is the file in its message.
 */
export async function* readCsv(bytes: ByteSource, name: string): AsyncGenerator<CsvRow> {
	const text = decode(bytes);
	try {
		const first = await text.next();
		if (first.done) return;
		const parser = parse({ ...options, delimiter: guessDelimiter(first.value) });
		// Its failure also ends the loop below, where it is reported.
		pipeline(startingWith(first.value, text), parser).catch(() => undefined);
		for await (const { record, info, raw } of parser as AsyncIterable<ParsedRecord>) {
			yield { line: info.lines - countLineBreaks(raw.trim()), cells: record };
		}
	} catch (error) {
		throw explain(error, name);
	}
}

const options: Options = {
	bom: true,
	info: true,
	raw: true,
	relax_column_count: true,
	skip_empty_lines: true,
};

interface ParsedRecord {
	record: string[];
	info: Info;
	raw: string;
}

async function* decode(bytes: ByteSource): AsyncGenerator<string> {
	// The parser takes the byte order mark off.
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
	yield decoder.decode();
}

async function* startingWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
	yield first;
	yield* rest;
}

/** Of comma, semicolon and tab the one that the heading has most of. */
function guessDelimiter(text: string): string {
	const heading = text.split(/\r?\n/, 1)[0] ?? '';
	const count = (delimiter: string) => heading.split(delimiter).length;
	return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function countLineBreaks(text: string): number {
	return text.split('\n').length - 1;
}

function explain(error: unknown, name: string): unknown {
	const code = (error as NodeJS.ErrnoException).code ?? '';
	if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
		return new CommandFailedError(`${name} is not encoded in UTF-8. Save it again with that encoding.`);
	}
	if (!(error instanceof CsvError)) return error;
	// Its own words repeat the value.
	if (code === 'INVALID_OPENING_QUOTE') {
		return new CommandFailedError(
			`${name} is not CSV: line ${Number(error['lines'])} has a quotation mark inside a value. Put the value in quotation marks, and double those inside it.`,
		);
	}
	return new CommandFailedError(`${name} is not CSV: ${error.message}.`);
}
