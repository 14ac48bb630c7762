import { median } from './statistics';

/** How many times as much, and how well that is known. */
export interface Ratio {
	median: number;
	/** The standard error of the median, in the same unit. */
	error: number;
}

/** What makes the median absolute deviation of a normal distribution its standard deviation, and the error of a mean that of a median. */
const DEVIATION = 1.4826;
const OF_MEDIAN = 1.2533;

/** The median of the ratios of what was measured in turns, part by part; null without parts in common. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): Ratio | null {
	const ratios = ours.slice(0, theirs.length).map((value, part) => value / (theirs[part] ?? 1));
	if (ratios.length === 0) return null;
	const middle = median(ratios);
	const deviation = DEVIATION * median(ratios.map((ratio) => Math.abs(ratio - middle)));
	return { median: middle, error: (OF_MEDIAN * deviation) / Math.sqrt(ratios.length) };
}
