// What would move the cursor, colour, or turn the direction of a terminal; not the end of a line, nor a tab.
const COMMANDS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** Of these, what JSON never holds as it is. */
const isOutsideJson = (sign: string) => sign < ' ';

/** A text without what a terminal would take for commands: names come from everywhere, and whoever reads them trusts the screen. */
export function printable(text: string): string {
	return text.replace(COMMANDS, (sign) => (sign === '\n' || sign === '\t' ? sign : '\ufffd'));
}

/** The same, where the text may be JSON: what that holds stays. */
export function printableOrJson(text: string): string {
	return text.replace(COMMANDS, (sign) =>
		sign === '\n' || sign === '\t' || !isOutsideJson(sign) ? sign : '\ufffd',
	);
}

/** The same on one line, for a cell of a table. */
export function printableLine(text: string): string {
	return printable(text).replace(/[\t\n]/g, ' ');
}
