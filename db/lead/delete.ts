import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';

/**
 * Deletes leads with all that belongs to them (communications, notes, memberships, history) in one statement. An
 * unknown lead fails alone; naming one twice is no error.
 */
export async function deleteLeads(
	sql: Sql,
	ids: readonly number[],
): Promise<ItemResult<{ id: number; deleted: true }>[]> {
	const rows = await sql<{ id: number }[]>`
		delete from leads
		where id in (
			select id
			from leads
			where id = any(${[...new Set(ids)]}::int[])
			order by id
			for update
		)
		returning id`;
	const deleted = new Set(rows.map(({ id }) => id));
	return ids.map((id) =>
		deleted.has(id) ? { row: { id, deleted: true } } : { error: new NotFoundError('Lead', id) },
	);
}
