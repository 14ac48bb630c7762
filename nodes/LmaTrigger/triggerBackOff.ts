import { backOffMs as exponentialMs } from '../../domain/backOff';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long a trigger waits after so many failures in a row: half a second at first, half a minute at most, so that many
 * triggers do not come back in the same moment.
 *
 * @param failures 1 after the first
 * @param chance 0 to 1
 */
export function triggerBackOffMs(failures: number, chance = Math.random()): number {
	return Math.round(exponentialMs({ failures, firstMs: FIRST_MS, longestMs: LONGEST_MS, random: chance }));
}
