/**
 * A row of a table as several, so that no cell is wider than its width, in characters; cells without a width stay whole. Breaks at
 * spaces and behind commas; a longer word is left as it is.
 */
export function wrapCells(row: readonly string[], widths: readonly (number | undefined)[]): string[][] {
	const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? Infinity));
	const height = Math.max(...wrapped.map((lines) => lines.length));
	return Array.from({ length: height }, (_, line) => wrapped.map((lines) => lines[line] ?? ''));
}

function wrap(text: string, width: number): string[] {
	const lines = [''];
	for (const word of text.match(/[^ ,]*[ ,]|[^ ,]+/g) ?? []) {
		const line = lines.at(-1) ?? '';
		if (line !== '' && (line + word).trimEnd().length > width) lines.push(word);
		else lines[lines.length - 1] = line + word;
	}
	return lines.map((line) => line.trimEnd());
}
