import type { CustomField } from '../customField/customField';
import { planColumns } from './columnPlan';
import { readMapping } from './columnMap';
import { conventionsOf } from './conventions';
import { CsvReader } from './csvReader';
import { readDelimiter } from './delimiter';
import { decodeText, type Encoding, findEncoding, namedEncoding } from './encoding';
import { isFooter, type KnownExport } from './knownExport';
import type { ReadOptions } from './importOptions';
import { type Beginning, findLayout, type Layout, withoutSeparatorLine } from './layout';
import { FileSurvey } from './fileSurvey';
import type { CsvRow, LeadFile, OptionWording } from './leadFile';
import type { SettledColumn } from './rowReader';

/** A file of which everything is known before its first row is stored. */
export interface OpenedFile extends Layout {
	name: string;
	encoding: Encoding;
	columns: SettledColumn[];
	/** The indexes of columns whose cells had two readings, one of which was found or given. */
	decided: ReadonlySet<number>;
	knownExport: KnownExport | undefined;
	/** Rows below the headings, a footer not counted. */
	rowCount: number;
	/** Lines below the rows that are no rows. */
	footerCount: number;
	/** Cells of the widest row beyond the headings. */
	extraCells: number;
	/** The rows below the headings, from the first, each time that it is called. */
	rows: () => AsyncGenerator<CsvRow>;
}

/** So much of a file says where its columns and headings are. */
const BEGINNING = 256 * 1024;

/**
 * Reads the whole of a file once, and says how each column is to be understood.
 *
 * @param register the custom fields of the organization
 * @throws UnreadableFileError when it is no CSV
 * @throws FileOptionError when an option names what there is not
 * @throws UnclearFileError when something has two readings
 */
export async function openLeadFile(
	file: LeadFile,
	options: ReadOptions,
	register: readonly CustomField[],
	say: OptionWording,
): Promise<OpenedFile> {
	const { name } = file;
	const map = readMapping(options.map ?? []);
	const locale = options.locale === undefined ? undefined : conventionsOf(options.locale);
	const encoding =
		options.encoding === undefined ? await findEncoding(file, say) : namedEncoding(options.encoding);
	const text = () => decodeText(file.open(), encoding, name, say);
	const delimiter = options.delimiter === undefined ? undefined : readDelimiter(options.delimiter);
	const layout = findLayout(await beginningOf(text()), { name, map, register, say, delimiter });
	const isStrict = options.isStrict ?? false;
	const { columns, knownExport } = planColumns(layout.headings, { map, isStrict, register, say });

	const counts = { rowCount: 0, footerCount: 0, extraCells: 0 };
	const survey = new FileSurvey(columns, isStrict);
	const onFooter = (count: number) => (counts.footerCount = count);
	for await (const row of rowsBelow(text(), layout, name, onFooter)) {
		counts.rowCount++;
		counts.extraCells = Math.max(counts.extraCells, row.cells.length - columns.length);
		survey.add(row);
	}
	const settled = survey.settle(locale, say);
	const rows = () => rowsBelow(text(), layout, name);
	return { ...layout, ...counts, ...settled, name, encoding, knownExport, rows };
}

async function beginningOf(text: AsyncGenerator<string>): Promise<Beginning> {
	let beginning = '';
	for await (const piece of text) {
		beginning += piece;
		if (beginning.length > BEGINNING) return { text: beginning, isWhole: false };
	}
	return { text: beginning, isWhole: true };
}

/** The rows below the headings that are not blank. Single cells at the end are held back: they may be a footer. */
async function* rowsBelow(
	text: AsyncGenerator<string>,
	{ delimiter, headingLine, headings }: Layout,
	name: string,
	onFooter?: (count: number) => void,
): AsyncGenerator<CsvRow> {
	const held: CsvRow[] = [];
	for await (const row of allRows(text, delimiter, name)) {
		if (row.line <= headingLine) continue;
		const filled = row.cells.filter((cell) => cell.trim() !== '');
		// Programs of old ended files with Ctrl+Z.
		if (filled.length === 0 || (filled.length === 1 && filled[0] === '\u001A')) continue;
		if (headings.length > 1 && row.cells.length === 1 && held.length < 20) {
			held.push(row);
			continue;
		}
		yield* held.splice(0);
		yield row;
	}
	const isBelow = isFooter(held.flatMap(({ cells }) => cells));
	if (isBelow) onFooter?.(held.length);
	else yield* held;
}

async function* allRows(
	text: AsyncGenerator<string>,
	delimiter: string,
	name: string,
): AsyncGenerator<CsvRow> {
	const reader = new CsvReader(delimiter, name);
	for await (const piece of text) yield* withoutSeparatorLine(reader.read(piece));
	yield* withoutSeparatorLine(reader.end());
}
