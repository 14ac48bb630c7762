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

/**
 * Runs `work` in the owner's transaction as lma_app in one organization, as the nodes do: for what administration shares with
 * them. Afterwards the transaction is the owner's again.
 *
 * @throws a driver error with code LM001 or LM004 when the organization is not there or deactivated
 */
export async function inOrganizationAsOwner<T>(
	tx: Sql,
	organization: string,
	work: (tx: Sql) => Promise<T>,
): Promise<T> {
	await tx`select lma.use_organization(${organization})`;
	await tx`set local role lma_app`;
	const result = await work(tx);
	await tx`set local role lma_owner`;
	await tx`select set_config('lma.organization_id', '', true)`;
	return result;
}
