import type { Sql } from './client';

/** A pattern for `like` and `ilike` that texts with this part match; what has a meaning in patterns stands for itself. */
export function containing(part: string): string {
	return `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** The condition that the column `name` has this part, letter case aside; none when nothing is searched for. */
export function nameHolds(sql: Sql, search: string | undefined) {
	return search ? sql`and name ilike ${containing(search)}` : sql``;
}
