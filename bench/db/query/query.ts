import type { Fragment, Sql } from '../../../db/connection/client';
import type { Values } from './values';

/** A statement that answers the question of a query with the same rows in the same order, without row security. */
export type Floor = (sql: Sql, values: Values, turn: number) => PromiseLike<readonly object[]>;

/** A query of `db/` under the name it has in the results. */
export interface NamedQuery {
	name: string;
	/**
	 * The best statements that there are for the question, each prepared once; the quickest is what the query is measured by. Without
	 * any it is measured and not judged.
	 */
	floors?: readonly Floor[];
	/** The rows come in any order. */
	isUnordered?: boolean;
	/** Done once per organization, before it is measured there. */
	prepare?(tx: Sql, values: Values): PromiseLike<unknown>;
	/** Runs it with the `turn`-th of the organization's values. A pending query is sent along with its transaction. */
	run(tx: Sql, values: Values, turn: number): PromiseLike<unknown>;
	/** Whose connection it takes. Default: the nodes'. What a worker does is rolled back. */
	login?: 'nodes' | 'worker';
}

/** A part of a statement that depends on the values. */
export type Part = (sql: Sql, values: Values, turn: number) => Fragment;

/** The value of this turn: they come round and round. Throws when there are none. */
export function pick<T>(list: readonly T[], turn: number): T {
	const value = list[turn % list.length];
	if (value === undefined) throw new Error('A query was to run with values of which there are none');
	return value;
}
