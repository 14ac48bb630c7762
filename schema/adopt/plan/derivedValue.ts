import { type Column, findColumn, findTable, type Table } from '../catalogue/catalogue';
import type { Context } from './context';
import { withoutLooseCasts } from '../catalogue/definition';
import { bareName, quoteName } from '../catalogue/quote';

/** What rows hold in columns that the other program does not know, and how it is found out. */
type Known = Pick<Context, 'reference' | 'live' | 'baseline'>;

/**
 * The organization of a row that has only its relations, as an expression over the row called `row`; null when nothing
 * leads there. Composite keys say which relations do; those that are always set go first.
 */
export function organizationExpression(
	{ reference, baseline }: Known,
	table: Table,
	row: string,
): string | null {
	const known = baseline[table.name] ?? [];
	const keys = reference.constraints
		.filter((key) => key.type === 'f' && key.table === table.name && !key.isPart)
		.flatMap((key) => {
			const column = key.columns.find((name) => name !== 'organization_id');
			const isComposite = key.columns.length === 2 && key.columns.includes('organization_id');
			return isComposite && column && key.foreignTable ? [{ column, foreign: key.foreignTable }] : [];
		});
	// Has no keys, for the sake of bulk inserts.
	if (table.name === 'public.activity_logs')
		keys.push({ column: 'lead_id', foreign: 'public.leads' }, { column: 'user_id', foreign: 'public.users' });
	const lookups = keys
		.filter(({ column, foreign }) => known.includes(column) && foreign in baseline)
		.sort((a, b) => rank(table, a.column) - rank(table, b.column))
		.map(
			({ column, foreign }) =>
				`(select p.organization_id from ${foreign} p where p.id = ${row}.${quoteName(column)})`,
		);
	return lookups.length > 0 ? `coalesce(${[...new Set(lookups)].join(', ')})` : null;
}

const rank = (table: Table, column: string) => (findColumn(table, column)?.notNull ? 0 : 1);

/** True when the live column is plain where ours is generated: making it generated would rewrite the table. */
export function isKeptByTrigger({ baseline, live }: Known, table: Table, column: Column): boolean {
	if (column.generated !== 's' || !(table.name in baseline)) return false;
	return findColumn(findTable(live, table.name), column.name)?.generated !== 's';
}

/** Name of the function that keeps such a column. */
export function keeperOf({ reference }: Known, table: Table, column: Column): string {
	const isUnique = reference.tables
		.filter(({ name }) => name !== table.name)
		.every((other) => findColumn(other, column.name)?.generated !== 's');
	return `lma.${quoteName(isUnique ? `keep_${column.name}` : `keep_${bareName(table.name)}_${column.name}`)}`;
}

/** The value a column that was added has in a row `t` of the live table, or null when it stays empty. */
export function valueExpression(known: Known, table: Table, column: Column): string | null {
	if (known.baseline[table.name]?.includes(column.name)) return null;
	if (column.generated === 's') return `(select ${column.expression} from (select t.*) r)`;
	if (column.name === 'organization_id') return organizationExpression(known, table, 't');
	if (column.identity !== '' || column.sequence) return `nextval('${column.sequence}')`;
	return column.isVolatile ? column.expression : null;
}

/** The live table as a sub-select with the reference's columns, those not yet there with the value they will get. */
export function shaped(known: Known, table: Table, columns: readonly string[]): string {
	const found = findTable(known.live, table.name);
	const list = [...new Set(columns)].map((name) => {
		const column = findColumn(table, name);
		const value = column && !column.sequence ? valueExpression(known, table, column) : null;
		const quoted = quoteName(name);
		if (findColumn(found, name))
			return value ? `coalesce(t.${quoted}, ${value}) as ${quoted}` : `t.${quoted}`;
		return `${value ?? (column ? initialValue(known, column) : 'null')} as ${quoted}`;
	});
	return `(select ${list.join(', ')} from ${table.name} t)`;
}

/** What adding the column will put into the rows, as far as it can be said before its type and functions are there. */
function initialValue({ reference, live }: Known, { expression, type, sequence, generated }: Column): string {
	const missing = reference.enums
		.map(({ name }) => name)
		.filter((name) => !live.enums.some((e) => e.name === name));
	if (expression && !sequence && !generated && !/\blma\./.test(expression))
		return withoutLooseCasts(expression, new Set(missing));
	return missing.includes(type) ? 'null' : `null::${type}`;
}
