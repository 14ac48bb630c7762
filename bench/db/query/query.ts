import type { Sql } from '../../../db/connection/client';
import type { Values } from './values';

/**
 * What a query has to keep: `list` p95 of 2 ms, `view` p95 of 10 ms, both growing 1.2 times at most with ten times the
 * data. `other` is measured for comparison.
 */
export type BudgetClass = 'list' | 'view' | 'other';

/** A query of `db/` under the name it has in the results. */
export interface NamedQuery {
	name: string;
	budget: BudgetClass;
	/** Done once per organization, before it is measured there. */
	prepare?(tx: Sql, values: Values): PromiseLike<unknown>;
	/** Runs it with the `turn`-th of the organization's values. A pending query is sent along with its transaction. */
	run(tx: Sql, values: Values, turn: number): PromiseLike<unknown>;
	/** The same question as a client of the schema document asks it; left out where the document has no such thing. */
	document?(sql: Sql, values: Values, turn: number): PromiseLike<unknown>;
	/** Whose connection it takes. Default: the nodes'. What a worker does is rolled back. */
	login?: 'nodes' | 'worker';
}

/** The value of this turn: they come round and round. Throws when there are none. */
export function pick<T>(list: readonly T[], turn: number): T {
	const value = list[turn % list.length];
	if (value === undefined) throw new Error('A query was to run with values of which there are none');
	return value;
}
