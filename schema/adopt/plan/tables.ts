import { type Column, findTable, type Table } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { bareName, quoteName } from '../catalogue/quote';
import { brief, type Step } from './step';

/** Tables that are not there: with their columns, keys, checks and indexes, all of it before the first row. */
export function planTables(context: Context): Part {
	const { reference, live } = context;
	const steps: Step[] = reference.sequences
		.filter(({ name, isAlone }) => isAlone && !live.sequences.some((found) => found.name === name))
		.map(({ name, definition }) => brief(`Create sequence ${name}`, null, [definition]));
	for (const table of reference.tables) {
		if (table.name === 'lma.migrations' || findTable(live, table.name)) continue;
		// Their place is taken by the table that is there until it becomes a partition itself.
		if (table.parent && findTable(live, table.parent)?.kind === 'r') continue;
		steps.push(brief(`Create table ${table.name}`, null, makeTable(table, context)));
	}
	return { steps, findings: [] };
}

/** Statements that make a table of the reference; its foreign keys, triggers, policies and rights come later. */
export function makeTable(table: Table, { reference }: Pick<Context, 'reference'>): string[] {
	if (table.parent && table.bound)
		return [`create table ${table.name} partition of ${table.parent} ${table.bound}`];
	const sequences = table.columns.flatMap((column) =>
		column.identity === '' && column.sequence ? [{ column, sequence: column.sequence }] : [],
	);
	const constraints = reference.constraints.filter(
		(constraint) => constraint.table === table.name && !constraint.isPart && 'puxc'.includes(constraint.type),
	);
	const indexes = reference.indexes.filter(
		(index) => index.table === table.name && !index.isPart && index.constraint === null,
	);
	const partition = table.partitionKey ? ` partition by ${table.partitionKey}` : '';
	return [
		...sequences.map(({ column, sequence }) => `create sequence ${sequence} as ${sequenceType(column)}`),
		`create table ${table.name} (\n\t${[
			...table.columns.map(columnDefinition),
			...constraints.map(({ name, definition }) => `constraint ${quoteName(name)} ${definition}`),
		].join(',\n\t')}\n)${partition}`,
		...sequences.map(
			({ column, sequence }) => `alter sequence ${sequence} owned by ${table.name}.${quoteName(column.name)}`,
		),
		...indexes.map(({ definition }) => definition.replace(' ON ONLY ', ' ON ')),
	];
}

function columnDefinition(column: Column): string {
	const parts = [quoteName(column.name), column.type];
	if (column.generated === 's') parts.push(`generated always as (${column.expression}) stored`);
	else if (column.generated === 'v') parts.push(`generated always as (${column.expression}) virtual`);
	else if (column.identity !== '')
		parts.push(`generated ${column.identity === 'a' ? 'always' : 'by default'} as identity`);
	else if (column.expression) parts.push(`default ${column.expression}`);
	if (column.notNull) parts.push('not null');
	return parts.join(' ');
}

/** What counts up a column of this type: `integer` for an integer. */
export function sequenceType({ type }: Column): string {
	return ['smallint', 'integer', 'bigint'].includes(type) ? type : 'bigint';
}

/** The name PostgreSQL itself would give the sequence of a column. */
export function sequenceName(table: Table, column: Column): string {
	const schema = table.name.slice(0, table.name.indexOf('.'));
	return `${schema}.${quoteName(`${bareName(table.name)}_${column.name}_seq`)}`;
}
