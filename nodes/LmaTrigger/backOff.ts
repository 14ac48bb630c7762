const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait after so many failures in a row: half a second, doubled each time up to half a minute, of which a part
 * by chance, so that many triggers do not come back in the same moment.
 *
 * @param failures 1 after the first
 * @param chance 0 to 1
 */
export function backOffMs(failures: number, chance = Math.random()): number {
	const full = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_MS);
	return Math.round(full * (0.5 + chance / 2));
}
