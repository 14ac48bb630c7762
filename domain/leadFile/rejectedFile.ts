import { csvLine } from './formula';
import type { RejectedRow } from './importResult';

const ADDED = ['lma_line', 'lma_reason'];

/** How the line of headings of a file of rejected rows ends. */
export const REJECTED_HEADING_END = `,${ADDED.join(',')}`;

/**
 * The heading of a file of rejected rows: the original headings, `lma_extra_1` and so on for cells that were too many, and
 * `lma_line` and `lma_reason`. Mended, it can be imported as it is.
 */
export function rejectedHeading(headings: readonly string[], extraCells: number): string {
	const extra = Array.from({ length: Math.max(extraCells, 0) }, (_, index) => `lma_extra_${index + 1}`);
	return csvLine([...headings, ...extra, ...ADDED]);
}

/** One rejected row with all of its cells. No spreadsheet runs any of them; `restored` gives them back. */
export function rejectedLine(
	{ cells, line, reason }: RejectedRow,
	headings: readonly string[],
	extraCells: number,
): string {
	const width = headings.length + Math.max(extraCells, 0);
	const all = Array.from({ length: width }, (_, index) => cells[index] ?? '');
	return csvLine([...all, String(line), reason]);
}
