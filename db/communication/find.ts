import type { Communication } from '../../domain/communication/communication';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { COMMUNICATION_COLUMNS } from './columns';

/** Finds communications by id in one statement, one result per id in the same order. */
export async function findCommunications(
	sql: Sql,
	ids: readonly number[],
): Promise<ItemResult<Communication>[]> {
	const rows = await sql<Communication[]>`
		select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}
		from communications c
		where c.organization_id = (select lma.current_organization_id())
			and c.id = any(${[...new Set(ids)]}::bigint[])`;
	return resultsById('Communication', ids, new Map(rows.map((row) => [row.id, row])));
}
