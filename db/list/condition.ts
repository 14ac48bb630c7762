import type { Fragment, Sql } from '../connection/client';

/** ` and …` for each of the conditions; nothing for none. */
export function andAll(sql: Sql, conditions: readonly Fragment[]): Fragment {
	// An empty array would be a parameter.
	return conditions.length === 0 ? sql`` : sql`${conditions.map((condition) => sql` and ${condition}`)}`;
}

/**
 * That a column of an enumeration has one of these labels, of none: false. They are written out, for an index may be of one label alone; a
 * schema has let them pass, so they are letters.
 */
export function hasLabel(sql: Sql, column: string, labels: readonly string[]): Fragment {
	if (labels.length === 0) return sql`false`;
	return sql`${sql(column)} in (${sql.unsafe(labels.map((label) => `'${label}'`).join(', '))})`;
}
