/** The most slips of the keyboard in a heading that is still taken for a known one, by its length. */
function mostSlips(length: number): number {
	if (length < 5) return 0;
	return length < 9 ? 1 : 2;
}

/** Words that are headings of their own, and only look like one of ours. */
const OWN_WORDS = new Set([
	'state',
	'stages',
	'notify',
	'phase',
	'nickname',
	'formname',
	'middlename',
	'status',
	'emails',
	'titles',
]);

/** The known heading that a plain one is nearly: `email` for `emial`. Undefined when there is none. */
export function nearHeading(heading: string, known: readonly string[]): string | undefined {
	const most = mostSlips(heading.length);
	if (most === 0 || OWN_WORDS.has(heading) || /\d/.test(heading)) return undefined;
	let best: string | undefined;
	let fewest = most + 1;
	for (const name of known) {
		if (name.length < 5 || !name.startsWith(heading.charAt(0))) continue;
		const slips = slipsBetween(heading, name, fewest);
		if (slips < fewest) [best, fewest] = [name, slips];
	}
	return best;
}

/** Letters left out, added, changed or swapped with their neighbour (Damerau, optimal string alignment); at most `limit`. */
function slipsBetween(one: string, other: string, limit: number): number {
	if (Math.abs(one.length - other.length) >= limit) return limit;
	let beforeLast: number[] = [];
	let last = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let column = 1; column <= other.length; column++) {
			const isSame = one[row - 1] === other[column - 1];
			let slips = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (isSame ? 0 : 1),
			);
			const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			if (row > 1 && column > 1 && isSwapped) slips = Math.min(slips, (beforeLast[column - 2] ?? 0) + 1);
			current.push(slips);
		}
		[beforeLast, last] = [last, current];
	}
	return last[other.length] ?? limit;
}
