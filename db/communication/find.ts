import type { Sql } from '../client';
import { NotFoundError } from '../errors';
import type { ItemResult } from '../itemResult';
import { type Communication, COMMUNICATION_COLUMNS } from './communication';

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
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.map((id) => {
		const row = byId.get(id);
		return row ? { row } : { error: new NotFoundError('Communication', id) };
	});
}
