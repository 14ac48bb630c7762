import type { Sql } from '../connection/client';

/** Whether the organization has a communication whose metadata hold this text under `key`. One statement. */
export async function isAnyMarked(sql: Sql, key: string, mark: string): Promise<boolean> {
	const found = await sql`
		select
		from communications
		where comm_metadata ->> ${key} = ${mark}
		limit 1`;
	return found.length > 0;
}
