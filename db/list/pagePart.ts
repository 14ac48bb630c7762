import type { Fragment, Sql } from '../connection/client';

/**
 * `limit … offset …`: the part of a list that a page is. The number of rows is written out: a plan that is to serve for any number
 * expects a tenth of the organization, and may sort what an index has in order. There are few such numbers, and so few statements.
 */
export function pagePart(sql: Sql, { limit, offset }: { limit: number | null; offset: number }): Fragment {
	return sql`
		${limit === null ? sql`` : sql`limit ${sql.unsafe(String(limit))}`}
		${offset === 0 ? sql`` : sql`offset ${offset}::bigint`}`;
}
