import type { ImportResult, IncompleteRow, RejectedRow } from '../../../../domain/leadFile/importResult';
import { rejectedHeading, rejectedLine } from '../../../../domain/leadFile/rejectedFile';
import { type UnderstoodColumn, understoodColumns } from '../../../../domain/leadFile/understanding';
import type { Attachment, Row } from '../operation';

/** Rows that the item tells of each kind; the file of those rejected has them all. */
const MOST_TOLD = 1_000;

/** What became of a file. */
export interface ImportedFile {
	/** Rows in the file, the heading not counted; the sum of the four counts below. */
	read: number;
	created: number;
	/** Rows whose address was there already, with something new. */
	updated: number;
	/** Rows of which everything was known. */
	unchanged: number;
	/** Rows that did not become a lead. The binary field `data` has them as a file that can be mended and imported. */
	rejected: number;
	/** Nothing was stored. */
	isDryRun: boolean;
	encoding: string;
	delimiter: string;
	/** How each column was understood. */
	columns: UnderstoodColumn[];
	/** Why rows were rejected, at most 1,000 of them. */
	rejectedRows: { line: number; reason: string }[];
	/** Rows that became leads without a wrong value, by the option On Invalid Field, at most 1,000 of them. */
	incompleteRows: IncompleteRow[];
}

const files = new WeakMap<Row, Attachment>();

/** The rejected rows of a file, as a file. */
export function attachment(row: Row): Attachment | undefined {
	return files.get(row);
}

/** What the item says of a file; its rejected rows go along as a file of their own. */
export function toImportedFile(
	result: ImportResult,
	rejected: RejectedRow[],
	incomplete: IncompleteRow[],
	isDryRun: boolean,
): ImportedFile {
	const { read: rows, created, updated, unchanged, encoding, delimiter, headings, extraCells } = result;
	const row: ImportedFile = {
		...{ read: rows, created, updated, unchanged, rejected: result.rejected, isDryRun },
		...{ encoding: encoding.name, delimiter, columns: understoodColumns(result) },
		rejectedRows: rejected.slice(0, MOST_TOLD).map(({ line, reason }) => ({ line, reason })),
		incompleteRows: incomplete.slice(0, MOST_TOLD),
	};
	if (rejected.length > 0) {
		const lines = rejected.map((one) => rejectedLine(one, headings, extraCells));
		const content = [rejectedHeading(headings, extraCells), ...lines].join('');
		files.set(row, { name: 'rejected-leads.csv', mimeType: 'text/csv', text: content });
	}
	return row;
}
