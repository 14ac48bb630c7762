/** What a series of measurements says, in the unit of the samples. */
export interface Summary {
	runs: number;
	p50: number;
	p95: number;
	p99: number;
}

/**
 * The smallest sample that at least `fraction` (0–1) of the samples do not exceed: the nearest-rank method, which
 * gives only values that were measured. Throws when there are no samples.
 */
export function percentile(samples: readonly number[], fraction: number): number {
	const sorted = samples.toSorted((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
	if (value === undefined) throw new Error('A percentile of no samples was asked for');
	return value;
}

/** The middle sample; of an even number of samples the lower of the two. Throws when there are none. */
export function median(samples: readonly number[]): number {
	return percentile(samples, 0.5);
}

export function summarise(samples: readonly number[]): Summary {
	return {
		runs: samples.length,
		p50: percentile(samples, 0.5),
		p95: percentile(samples, 0.95),
		p99: percentile(samples, 0.99),
	};
}

/** Rounds to `digits` significant ones, for output that is read or compared. */
export function round(value: number, digits = 3): number {
	return Number(value.toPrecision(digits));
}
