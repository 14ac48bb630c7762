/** Attempts of one schedule before it fails for good; with the delays below they span about an hour. */
export const MAX_ATTEMPTS = 8;

const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;
const LONGEST_RETRY_AFTER_SECONDS = 6 * 3_600;

/** How somebody backs off who failed. */
export interface BackOff {
	/** In a row; 1 after the first. */
	failures: number;
	/** The wait after the first failure; it doubles with each one. */
	firstMs: number;
	longestMs: number;
	/** In [0, 1). */
	random: number;
}

/**
 * Milliseconds to wait after so many failures: `firstMs`, doubled each time up to `longestMs`, of which the upper half is
 * random, so that what failed together does not come back together ("equal jitter", AWS Architecture Blog, 2015).
 */
export function backOffMs({ failures, firstMs, longestMs, random }: BackOff): number {
	const full = Math.min(firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 20), longestMs);
	return full / 2 + (full / 2) * random;
}

/**
 * Seconds to wait after attempt `attempt` (from 1) was not sent: 30, 60, 120, … up to an hour, spread as by {@link backOffMs}.
 * A `Retry-After` of the provider is a lower bound, up to six hours. `random` is in [0, 1).
 */
export function retryDelaySeconds(attempt: number, random: number, retryAfterSeconds = 0): number {
	const delayMs = backOffMs({ failures: attempt, firstMs: FIRST_MS, longestMs: LONGEST_MS, random });
	return Math.max(delayMs / 1_000, Math.min(Math.max(retryAfterSeconds, 0), LONGEST_RETRY_AFTER_SECONDS));
}

/** Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3): a number, or a date. 0 when it says nothing. */
export function parseRetryAfter(header: string | null, now: number): number {
	if (!header) return 0;
	if (/^\d+$/.test(header.trim())) return Number(header.trim());
	const at = Date.parse(header);
	return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1_000);
}
