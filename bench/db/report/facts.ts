import { median } from '../../statistics';
import { type BenchResult, isGivenUp } from '../result';

/** The empty transactions of the run, as `median (fastest–slowest series)` in milliseconds. */
export function emptyTransactions({ queries }: BenchResult): string {
	const empties = queries
		.flatMap(({ sizes }) => sizes.flatMap(({ app, tenant }) => [app, tenant]))
		.flatMap((timing) => (timing && !isGivenUp(timing) ? [timing.empty] : []));
	if (empties.length === 0) return '0';
	const show = (value: number) => value.toFixed(2);
	return `${show(median(empties))} (${show(Math.min(...empties))}–${show(Math.max(...empties))})`;
}
