import type { Sql } from '../client';

/**
 * Gives `place`: which one a row is in the order of `column`, from 1, among rows alike in `groups` when those are given. It finds
 * the input of an inserted row. Nodes may not choose ids, since one that another organization has taken would be
 * refused, and so betrayed; but a statement that inserts `order by ordinal` takes ascending ids from the sequence, so
 * created row and written input have the same place.
 */
export function ordinalPlace(sql: Sql, column: 'id' | 'ordinal', groups: string[] = []) {
	return sql`row_number() over (${groups.length > 0 ? sql`partition by ${sql(groups)}` : sql``} order by ${sql(column)}) as place`;
}
