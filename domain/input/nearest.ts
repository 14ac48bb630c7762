/** Most names that are offered instead of an unknown one. */
const MOST = 3;

/** The names that somebody may have meant by a word: alike but for a few letters, or beginning or ending with it. Nearest first. */
export function nearest(word: string, names: readonly string[]): string[] {
	const wanted = word.slice(0, 100).toLowerCase();
	const reach = Math.max(2, Math.floor(wanted.length / 3));
	return names
		.map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
		.filter(({ distance }) => distance <= reach)
		.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name, 'en'))
		.slice(0, MOST)
		.map(({ name }) => name);
}

function distanceTo(wanted: string, name: string): number {
	const isPart = wanted.length > 2 && (name.startsWith(wanted) || name.endsWith(wanted));
	return isPart ? 1 : editDistance(wanted, name);
}

/** Letters to change, add or take away until one word is the other (Levenshtein). */
function editDistance(from: string, to: string): number {
	let row = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (const [line, letter] of Array.from(from).entries()) {
		const next = [line + 1];
		for (let column = 1; column <= to.length; column++) {
			const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
			next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[to.length] ?? 0;
}
