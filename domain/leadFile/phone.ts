import type { Reading } from './amount';

/** What a spreadsheet makes of a long number: 4.9E+10 of 49891234567. */
const SHORTENED = /^\d+([.,]\d+)?E\+?\d+$/i;
/** Says that there is no number. */
const NONE = /^(n\/?a|none|no|null|nan|unknown|unbekannt|keine?|inconnu|k\.? ?a\.?|tbd|x)$/i;

/**
 * A telephone number as it is written, without what programs put before it. Not one whose last digits are lost, nor a word:
 * that belongs to another column.
 */
export function readPhone(cell: string): Reading<string> {
	const value = cell.replace(/^(tel|p):\s*(?=[+\d(])/i, '');
	if (SHORTENED.test(value)) {
		return {
			problem:
				'was shortened by a spreadsheet, as 4.9E+10, and has lost its last digits; show the column as text there, and save the file again',
		};
	}
	if (/\p{N}/u.test(value) || !/\p{L}{2}/u.test(value) || NONE.test(value)) return { value };
	return {
		problem:
			'has no digit; if the cells of the row stand one too far to the right, put the value that contains the delimiter in quotation marks',
	};
}
