import type { LmaError } from './errors';

/** What a bulk write says of one of its inputs: the row, or why there is none. Results come in input order. */
export type ItemResult<T> = { row: T; error?: undefined } | { error: LmaError; row?: undefined };

/** True when at least one input failed. */
export function hasFailures(results: readonly ItemResult<unknown>[]): boolean {
	return results.some(({ error }) => error !== undefined);
}
