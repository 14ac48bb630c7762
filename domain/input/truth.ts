const TRUE: ReadonlySet<unknown> = new Set([true, 1, 'true', 't', 'yes', 'y', 'on', '1']);
const FALSE: ReadonlySet<unknown> = new Set([false, 0, 'false', 'f', 'no', 'n', 'off', '0']);

/** True or false as people, agents and spreadsheets write it: `yes`, `No`, `TRUE`, `on`, 0. Undefined for anything else. */
export function readTruth(value: unknown): boolean | undefined {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (TRUE.has(word)) return true;
	return FALSE.has(word) ? false : undefined;
}
