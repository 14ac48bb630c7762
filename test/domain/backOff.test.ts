import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseRetryAfter, retryDelaySeconds } from '../../domain/backOff';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before another try', () => {
	it('doubles from half a minute to an hour, half of it by chance', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1_000 }), random, (attempt, chance) => {
				const full = Math.min(30 * 2 ** (attempt - 1), 3_600);
				const delay = retryDelaySeconds(attempt, chance);
				expect(delay).toBeGreaterThanOrEqual(full / 2);
				expect(delay).toBeLessThanOrEqual(full);
			}),
		);
	});

	it('is never shorter than the provider asks, and at most six hours', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 20 }),
				random,
				fc.integer({ min: 0, max: 10_000_000 }),
				(n, chance, asked) => {
					const delay = retryDelaySeconds(n, chance, asked);
					expect(delay).toBeGreaterThanOrEqual(Math.min(asked, 21_600));
					expect(delay).toBeLessThanOrEqual(21_600);
				},
			),
		);
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');
	it.each([
		[null, 0],
		['120', 120],
		['Thu, 01 Jan 2026 00:01:30 GMT', 90],
		['Wed, 31 Dec 2025 00:00:00 GMT', 0],
		['soon', 0],
	])('%s means %d seconds', (header, seconds) => {
		expect(parseRetryAfter(header, now)).toBe(seconds);
	});
});
