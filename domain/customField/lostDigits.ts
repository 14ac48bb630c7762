/** What is wrong with a number beyond 2^53, and what to do. */
export const LOST_DIGITS: [problem: string, remedy: string] = [
	'is a number beyond 9,007,199,254,740,991, whose last digits would be lost',
	'Keep it as text: give it in quotes, to a field of the type text.',
];

/**
 * Whether a number, or one somewhere inside a JSON value, is larger than JavaScript counts: its last digits are lost or may
 * have been on the way here. Infinity is what `1e400` becomes.
 */
export function losesDigits(value: unknown): boolean {
	if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
	if (typeof value !== 'object' || value === null) return false;
	const open: unknown[] = [value];
	for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
		if (typeof entry === 'number' && losesDigits(entry)) return true;
		if (typeof entry !== 'object' || entry === null) continue;
		for (const inner of Object.values(entry) as unknown[]) if (inner !== undefined) open.push(inner);
	}
	return false;
}
