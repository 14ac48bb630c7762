import type postgres from 'postgres';

import type { Sql } from './client';

/**
 * Runs `work` in a transaction as lma_owner, the role for administration: it sees every organization, through
 * policies that say so. The connected login must be a member of lma_owner, as whoever ran `lma migrate` is.
 */
export async function asOwner<T>(sql: postgres.Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
	return (await sql.begin(async (tx) => {
		await tx`set local role lma_owner`;
		return work(tx);
	})) as T;
}
