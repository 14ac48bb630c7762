import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { median, percentile, summarise } from '../../bench/statistics';

const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
	minLength: 1,
	maxLength: 300,
});

describe('percentile', () => {
	it('is the nearest rank: the 95th of 100 samples, whatever their order', () => {
		const hundred = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1);
		expect(percentile(hundred, 0.95)).toBe(95);
		expect(percentile(hundred, 0.99)).toBe(99);
		expect(percentile(hundred, 1)).toBe(100);
		expect(percentile([7], 0.5)).toBe(7);
	});

	it('is a sample that at least its share of the samples do not exceed, and the smallest such', () => {
		fc.assert(
			fc.property(samples, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, fraction) => {
				const value = percentile(values, fraction);
				expect(values).toContain(value);
				const needed = Math.ceil(fraction * values.length);
				expect(values.filter((other) => other <= value).length).toBeGreaterThanOrEqual(needed);
				expect(values.filter((other) => other < value).length).toBeLessThan(needed);
			}),
		);
	});

	it('refuses to make up a value of no samples', () => {
		expect(() => percentile([], 0.5)).toThrow('no samples');
	});
});

it('summarises in ascending percentiles and leaves the samples as they are', () => {
	const values = [5, 1, 4, 2, 3];
	expect(summarise(values)).toEqual({ runs: 5, p50: 3, p95: 5, p99: 5 });
	expect(median([1, 2, 3, 4])).toBe(2);
	expect(values).toEqual([5, 1, 4, 2, 3]);
});
