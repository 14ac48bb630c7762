import { median } from '../../statistics';
import { type BenchResult, isGivenUp } from '../result';

/**
 * The empty transactions of the run, in words: the median (fastest and slowest series), and by how much 95 of 100 of them
 * exceeded it at most, in the middle series.
 */
export function emptyTransactions({ queries }: BenchResult): string {
	const timings = queries
		.flatMap(({ sizes }) => sizes.flatMap(({ app, tenant }) => [app, tenant]))
		.flatMap((timing) => (timing && !isGivenUp(timing) ? [timing] : []));
	if (timings.length === 0) return 'not measured';
	const show = (value: number) => value.toFixed(2);
	const empties = timings.map(({ empty }) => empty);
	const unrest = median(timings.map((timing) => timing.unrest));
	return `${show(median(empties))} (${show(Math.min(...empties))}–${show(Math.max(...empties))}) ms, and at p95 ${show(unrest)} ms more`;
}
