import { LEAD_FIELDS, WRITTEN_COLUMNS } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { columnOf } from '../connection/record';

/**
 * The columns of `leads` that a row has, in the order of the table.
 *
 * @internal tests compare them with the catalogue
 */
export const TABLE_COLUMNS = LEAD_FIELDS.map(columnOf);

/** The columns of a lead as a select list, each of `table`. */
export function leadColumns(sql: Sql, table: string) {
	return sql(TABLE_COLUMNS.map((column) => `${table}.${column}`));
}

/** The columns that are filled in, each with what a new lead has where there is null. */
const WRITTEN = WRITTEN_COLUMNS.map(({ field, standard }) => ({ column: columnOf(field), standard }));

/** Those that an update takes from its input as they are; `custom_fields` may be changed in parts. */
export const PATCHED_COLUMNS = WRITTEN.map(({ column }) => column).filter(
	(column) => column !== 'custom_fields',
);

/**
 * Inserts leads from rows with the columns of `leads`, null where the default should stand; for
 * `${insertFrom(sql)} from … order by ordinal`.
 */
export function insertFrom(sql: Sql) {
	const columns = WRITTEN.map(({ column }) => sql`, ${sql(column)}`);
	const values = WRITTEN.map(({ column, standard }) =>
		standard === undefined ? sql`, ${sql(column)}` : sql`, coalesce(${sql(column)}, ${standard})`,
	);
	return sql`
		insert into leads (organization_id${columns})
		select (select lma.current_organization_id())${values}`;
}
