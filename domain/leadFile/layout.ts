import type { CustomField } from '../customField/customField';
import { columnsCalled } from './columnMap';
import { CsvReader } from './csvReader';
import { UnreadableFileError } from './errors';
import { findKnownExport } from './knownExport';
import type { CsvRow, OptionWording } from './leadFile';
import { namedTarget, placeOf, plainHeading, targetOf } from './target';

/** Where the columns are told apart, and where their headings are. */
export interface Layout {
	delimiter: string;
	/** The line of the headings; above them is what a program or a person says of the file. */
	headingLine: number;
	headings: string[];
}

/** What is known when a layout is looked for. */
export interface LayoutContext {
	/** The file in messages. */
	name: string;
	/** Said by somebody; else it is found. */
	delimiter?: string | undefined;
	map: ReadonlyMap<string, string>;
	register: readonly CustomField[];
	say: OptionWording;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** The headings are among so many rows. */
const MOST_ROWS_ABOVE = 40;
const SEPARATOR_LINE = /^"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)/i;

const AS_CSV = 'Save it as CSV and import that.';
/** Text that people take for CSV, by how it begins. */
const NO_CSV: [beginning: RegExp, what: string, remedy: string][] = [
	[
		/^\s*\[?\s*\{/,
		'JSON',
		'Save it as CSV, or give its objects to the operation Create or Update of the LMA node.',
	],
	[
		/^\s*<(!doctype\s+html|html|table|head|meta|body|style)\b/i,
		'a web page',
		`Open it in a spreadsheet. ${AS_CSV}`,
	],
	[/^\s*<[?!a-z]/i, 'XML', `Open it in a spreadsheet. ${AS_CSV}`],
	[/^\s*BEGIN:VCARD/i, 'an address card (vCard)', 'Export the contacts as CSV and import that.'],
	[/^\{\\rtf/, 'a document of a word processor', AS_CSV],
];

/** How a file begins. */
export interface Beginning {
	text: string;
	/** The file ends there. */
	isWhole: boolean;
}

/** A row that may be the headings. */
interface Candidate extends Layout {
	/** Headings that lead to a field. */
	known: number;
	hasEmail: boolean;
	/** The share of the rows below with as many cells. */
	agreement: number;
}

/**
 * Finds delimiter and headings in the beginning of a file: a line `sep=;`; else the delimiter with which most headings are known,
 * then most rows have as many cells as those. Quotes are honoured.
 *
 * @throws UnreadableFileError when it is empty, or has no column for the address
 */
export function findLayout(start: Beginning, context: LayoutContext): Layout {
	if (start.text.trim() === '') {
		throw new UnreadableFileError(
			`${context.name} is empty`,
			'It needs a header line and one line per lead.',
		);
	}
	const said = context.delimiter ?? SEPARATOR_LINE.exec(start.text)?.[1];
	let failure: unknown;
	const candidates = (said === undefined ? DELIMITERS : [said]).flatMap((delimiter) => {
		try {
			return candidateFor(delimiter, rowsOf(start, delimiter, context.name), context) ?? [];
		} catch (error) {
			failure ??= error;
			return [];
		}
	});
	const [best] = candidates.sort(
		(a, b) =>
			Number(b.hasEmail) - Number(a.hasEmail) ||
			b.known - a.known ||
			b.agreement - a.agreement ||
			b.headings.length - a.headings.length,
	);
	if (best?.hasEmail) {
		const { delimiter, headingLine, headings } = best;
		return { delimiter, headingLine, headings };
	}
	const kind = NO_CSV.find(([beginning]) => beginning.test(start.text));
	if (kind) throw new UnreadableFileError(`${context.name} is ${kind[1]}, not CSV`, kind[2]);
	if (failure instanceof Error && !best) throw failure;
	throw withoutEmail(best?.headings ?? [], context);
}

/** The rows of a file without the line that names its delimiter. */
export function withoutSeparatorLine(rows: CsvRow[]): CsvRow[] {
	const [first] = rows;
	const isSeparator =
		first?.line === 1 && /^sep=.?$/i.test(first.cells.filter((cell) => cell !== '').join(''));
	return isSeparator ? rows.slice(1) : rows;
}

function rowsOf({ text, isWhole }: Beginning, delimiter: string, name: string): CsvRow[] {
	const reader = new CsvReader(delimiter, name);
	// Where the file goes on, its last row may, too, and is left out.
	const rows = [...reader.read(text), ...(isWhole ? reader.end() : [])];
	return withoutSeparatorLine(rows).slice(0, MOST_ROWS_ABOVE * 2);
}

function candidateFor(delimiter: string, rows: CsvRow[], context: LayoutContext): Candidate | undefined {
	const candidates = rows.slice(0, MOST_ROWS_ABOVE).flatMap((row, index): Candidate[] => {
		const above = rows.slice(0, index);
		const isFirst = index === 0;
		// Above its headings a file says less than they do.
		if (!isFirst && above.some(({ cells }) => filled(cells) >= filled(row.cells))) return [];
		const places = placesOf(row.cells, context);
		const below = rows.slice(index + 1);
		const agreeing = below.filter(({ cells }) => cells.length === row.cells.length).length;
		return [
			{
				delimiter,
				headingLine: row.line,
				headings: row.cells,
				known: places.length,
				hasEmail: places.includes('email'),
				agreement: row.cells.length === 1 || below.length === 0 ? 0 : agreeing / below.length,
			},
		];
	});
	return candidates.find(({ hasEmail }) => hasEmail) ?? candidates[0];
}

/** The fields that headings lead to. */
function placesOf(headings: readonly string[], { map, register }: LayoutContext): string[] {
	const mapped = [...map].flatMap(([name, target]) =>
		columnsCalled(name, headings).length > 0
			? (placeOf(namedTarget(target, register) ?? { leftOut: 'unknown' }) ?? [])
			: [],
	);
	const known = findKnownExport(headings.map(plainHeading))?.takes.email ?? [];
	const found = headings.flatMap((heading) => {
		if (known.includes(plainHeading(heading))) return ['email'];
		return placeOf(targetOf(heading, register) ?? { leftOut: 'unknown' }) ?? [];
	});
	return [...found, ...mapped];
}

function filled(cells: readonly string[]): number {
	return cells.filter((cell) => cell.trim() !== '').length;
}

function withoutEmail(headings: readonly string[], { name, say }: LayoutContext): UnreadableFileError {
	// Without a header line these are the values of a lead, which are not repeated.
	const near = headings.find((heading) => /^[^@]{2,30}$/.test(heading) && /m[ai]*l/i.test(heading));
	const question = near === undefined ? '' : `Is it "${near}"? `;
	return new UnreadableFileError(
		`${name} has no column for the e-mail address`,
		`${question}Call it "email" in the first line, or say which it is: ${say('map', `${near ?? 'its heading'}=email`)}.`,
	);
}
