import { printableLine } from './printable';

/**
 * Rows as aligned columns under the given headings, numbers to the right. Empty cells for null and undefined; no rows
 * give the headings alone. A cell is one line, whatever it holds.
 */
export function formatTable(headings: string[], rows: (string | number | null | undefined)[][]): string {
	const cells = rows.map((row) => headings.map((_, column) => printableLine(String(row[column] ?? ''))));
	const widths = headings.map((heading, column) =>
		Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
	);
	const isNumber = headings.map(
		(_, column) => rows.length > 0 && rows.every((row) => typeof (row[column] ?? 0) === 'number'),
	);
	const line = (row: string[]) =>
		row
			.map((cell, column) =>
				isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
			)
			.join('  ')
			.trimEnd();
	return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
