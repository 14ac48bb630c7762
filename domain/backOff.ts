/** Attempts of one schedule before it fails for good; with the delays below they span about an hour. */
export const MAX_ATTEMPTS = 8;

const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 3_600;
const LONGEST_RETRY_AFTER_SECONDS = 6 * 3_600;

/**
 * Seconds to wait after attempt `attempt` (from 1) was not sent: 30, 60, 120, … up to an hour, of which the upper half
 * is random, so that what failed together does not come back together ("equal jitter", AWS Architecture Blog, 2015).
 * A `Retry-After` of the provider is a lower bound, up to six hours. `random` is in [0, 1).
 */
export function retryDelaySeconds(attempt: number, random: number, retryAfterSeconds = 0): number {
	const full = Math.min(FIRST_SECONDS * 2 ** Math.min(Math.max(attempt, 1) - 1, 20), LONGEST_SECONDS);
	const jittered = full / 2 + (full / 2) * random;
	return Math.max(jittered, Math.min(Math.max(retryAfterSeconds, 0), LONGEST_RETRY_AFTER_SECONDS));
}

/** Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3): a number, or a date. 0 when it says nothing. */
export function parseRetryAfter(header: string | null, now: number): number {
	if (!header) return 0;
	if (/^\d+$/.test(header.trim())) return Number(header.trim());
	const at = Date.parse(header);
	return Number.isNaN(at) ? 0 : Math.max(0, (at - now) / 1_000);
}
