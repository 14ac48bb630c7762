import type { Sql } from '../connection/client';

/**
 * Makes the partitions of `activity_logs` for this month and so many after it, and moves into them what the default
 * partition had to take. Returns how many were made. Needs a login in lma_worker. Can be repeated, by several at once.
 */
export async function ensureActivityPartitions(sql: Sql, monthsAhead: number): Promise<number> {
	const [result] = await sql<
		[{ made: number }]
	>`select lma.ensure_activity_partitions(${monthsAhead}) as made`;
	return result.made;
}
