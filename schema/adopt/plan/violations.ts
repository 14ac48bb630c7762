import { DatabaseError } from '../../../db/connection/pgConfig';
import { type Constraint, findColumn, findTable, type Index, type Table } from '../catalogue/catalogue';
import type { Context } from './context';
import { looseEnums, withoutLooseCasts } from '../catalogue/definition';
import { shaped } from './derivedValue';
import { quoteName } from '../catalogue/quote';

/** How many rows are against a rule, and the keys of the first five. */
export interface Violation {
	count: number;
	ids: (string | number)[];
}

/** Rows of a live table that meet `condition` over `t`, which has the reference's `columns`. */
async function count(
	context: Context,
	table: Table,
	columns: readonly string[],
	rest: string,
): Promise<Violation> {
	const key = keyOf(context, table);
	const { rows } = await context.client.query<Violation>(
		`with wrong as materialized (
			select ${key ? `t.${quoteName(key)}` : 'null'} as key
			from ${shaped(context, table, [...columns, ...(key ? [key] : [])])} t
			${rest}
		)
		select count(*)::float8 as count,
			coalesce((select json_agg(key) from (select key from wrong where key is not null order by key limit 5) first), '[]') as ids
		from wrong`,
	);
	return rows[0] ?? { count: 0, ids: [] };
}

function keyOf({ live }: Context, table: Table): string | undefined {
	const [first] = findTable(live, table.name)?.primaryKey ?? [];
	return first;
}

export function countEmpty(context: Context, table: Table, column: string): Promise<Violation> {
	return count(context, table, [column], `where t.${quoteName(column)} is null`);
}

/** Null when a row is against the check in that its values, written out, are larger than PostgreSQL can handle. */
export async function countAgainstCheck(
	context: Context,
	table: Table,
	check: Constraint,
): Promise<Violation | null> {
	const expression = withoutLooseCasts(
		check.expression ?? 'true',
		looseEnums(context.reference, context.live),
	);
	try {
		return await count(context, table, check.columns, `where not (${expression})`);
	} catch (error) {
		if (error instanceof DatabaseError && error.code === '54000') return null;
		throw error;
	}
}

/** Rows that name one which is not there, in this organization. */
export function countDangling(context: Context, table: Table, key: Constraint): Promise<Violation> {
	const foreign = context.reference.tables.find(({ name }) => name === key.foreignTable);
	if (!foreign || !findTable(context.live, foreign.name)) return Promise.resolve({ count: 0, ids: [] });
	const pairs = key.columns.map(
		(column, index) => `p.${quoteName(key.foreignColumns[index] ?? column)} = t.${quoteName(column)}`,
	);
	return count(
		context,
		table,
		key.columns,
		`where ${key.columns.map((column) => `t.${quoteName(column)} is not null`).join(' and ')}
			and not exists (select from ${shaped(context, foreign, key.foreignColumns)} p where ${pairs.join(' and ')})`,
	);
}

/** Rows that share values which have to be unique; null when the rows cannot be read as the index reads them. */
export async function countDuplicates(
	context: Context,
	table: Table,
	index: Index,
): Promise<Violation | null> {
	const found = findTable(context.live, table.name);
	if (!found || index.columns.some((name) => !findColumn(table, name))) return null;
	if (index.definition.includes(' WHERE ') || / USING (?!btree)/.test(index.definition)) return null;
	// A key of expressions has fewer columns than entries.
	if (/\((?:[^()]*\(.*)\)/.test(index.definition.replace(/^.* USING btree /, '').replace(/\(\d+\)/g, '')))
		return null;
	const columns = index.columns.map((name) => `t.${quoteName(name)}`);
	const nullsDiffer = !index.definition.includes('NULLS NOT DISTINCT');
	const given = nullsDiffer ? `where ${columns.map((column) => `${column} is not null`).join(' and ')}` : '';
	const key = keyOf(context, table);
	const { rows } = await context.client.query<Violation>(
		`with groups as materialized (
			select count(*) as rows, min(${key ? `t.${quoteName(key)}` : '0'}) as key
			from ${shaped(context, table, [...index.columns, ...(key ? [key] : [])])} t
			${given}
			group by ${columns.join(', ')}
			having count(*) > 1
		)
		select coalesce(sum(rows), 0)::float8 as count,
			coalesce((select json_agg(key) from (select key from groups order by key limit 5) first), '[]') as ids
		from groups`,
	);
	return rows[0] ?? null;
}
