/** What a spreadsheet takes for a formula (OWASP, CSV injection), also in the full width of East Asian keyboards. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

const NEGATIVE_NUMBER = /^-\d+(\.\d+)?$/;

/**
 * A cell that no spreadsheet runs: an apostrophe before what would be a formula. `restored` takes it off again.
 *
 * @internal tests look at single cells
 */
export function neutralised(cell: string): string {
	return FORMULA.test(cell) && !NEGATIVE_NUMBER.test(cell) ? `'${cell}` : cell;
}

/** The cell as it was before it was neutralised, by us or by a spreadsheet. */
export function restored(cell: string): string {
	return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** A line of CSV (RFC 4180): comma, quotes where they are needed, formulas neutralised. */
export function csvLine(cells: readonly string[]): string {
	return `${cells.map((cell) => quoted(neutralised(cell))).join(',')}\n`;
}

function quoted(cell: string): string {
	return /[",;\t|\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
