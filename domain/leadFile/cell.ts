import { restored } from './formula';

/** What clings to text that was copied: spaces, and marks that nobody sees. One that joins emoji may be their last. */
const CLINGING = /^[\s\u00AD\u200B\u200C\u200E\u200F\u2060\u202A-\u202E\u2066-\u2069]$/u;
/** Text as programs write it for Excel. */
const FOR_EXCEL = /^="([^"]*)"$/;

/** What a cell says, without what programs and spreadsheets put around it. */
export function plainCell(written: string): string {
	let [from, to] = [0, written.length];
	while (from < to && CLINGING.test(written.charAt(from))) from++;
	while (to > from && CLINGING.test(written.charAt(to - 1))) to--;
	const cell = written.slice(from, to);
	return (FOR_EXCEL.exec(cell)?.[1] ?? restored(cell)).trim();
}
