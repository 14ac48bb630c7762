import type { Catalogue, Grant, Table } from '../../schema/adopt/catalogue/catalogue';
import { quoteText } from '../../schema/adopt/catalogue/quote';
import { spellAlike } from './spelling';

/** Months of events, made as time goes by: each is like the whole table. */
const MONTH = /^public\.activity_logs_\d{4}_\d{2}$/;
/** Of the tool that runs migrations. */
const RECORD = 'lma.migrations';
const OWNER = 'lma_owner';

/**
 * The whole schema as SQL, for reading and for comparing versions: objects by name, each with all that belongs to it. Equal
 * for every server that LMA runs on. What belongs to lma_owner, as all does, is not said; rows, partitions of months and
 * what no object has so far (rules, comments on types, policies, triggers and sequences) are left out.
 */
export function printSchema(spelled: Catalogue): string {
	const catalogue = spellAlike(spelled);
	const tables = catalogue.tables.filter(({ name }) => !MONTH.test(name) && name !== RECORD);
	const parts = [
		...byName(catalogue.schemas).map(({ name, comment }) =>
			name === 'public'
				? grantsOn(catalogue, 'schema', name)
				: lines(
						`create schema ${name};`,
						describe('schema', name, comment),
						grantsOn(catalogue, 'schema', name),
					),
		),
		...byName(catalogue.enums).map(
			({ name, labels }) => `create type ${name} as enum (${labels.map(quoteText).join(', ')});`,
		),
		...byName(catalogue.types).map(({ definition }) => `${definition};`),
		...catalogue.defaultPrivileges.map(({ definition }) => `${definition};`),
		...byName(tables).map((table) => printTable(catalogue, table)),
		...byName(catalogue.views).map(({ name, definition, options, comment }) =>
			lines(
				`create view ${name}${options.length > 0 ? ` with (${options.join(', ')})` : ''} as\n${definition.trim()}`,
				describe('view', name, comment),
				grantsOn(catalogue, 'table', name),
			),
		),
		...byName(catalogue.sequences.filter(({ isAlone }) => isAlone)).map(({ name, definition }) =>
			lines(`${definition};`, grantsOn(catalogue, 'sequence', name)),
		),
		...byName(catalogue.routines).map(({ name, kind, definition, comment }) =>
			lines(`${definition.trim()};`, describe(kind, name, comment), grantsOn(catalogue, 'routine', name)),
		),
	];
	return `${parts.join('\n\n')}\n`;
}

function printTable(catalogue: Catalogue, table: Table): string {
	const { name, columns, comment, options, partitionKey, parent, bound } = table;
	const isOurs = (part: { table: string }) => part.table === name;
	const constraints = byName(catalogue.constraints.filter(isOurs)).filter(({ isPart }) => !isPart);
	// In the order in which they were made: of two that cost the same, the server takes the last one.
	const indexes = catalogue.indexes.filter(isOurs).filter(({ isPart }) => !isPart);
	const body = [
		...columns.map((column) => `\t${printColumn(column)}`),
		...constraints.map((constraint) => `\tconstraint ${constraint.name} ${constraint.definition}`),
	];
	const sequences = columns.flatMap(({ sequence }) => sequence ?? []);
	return lines(
		`create table ${name} (\n${body.join(',\n')}\n)${partitionKey ? ` partition by ${partitionKey}` : ''}${options.length > 0 ? ` with (${options.join(', ')})` : ''};`,
		parent && `alter table ${parent} attach partition ${name} ${bound ?? ''};`,
		describe('table', name, comment),
		...columns.map((column) => describe('column', `${name}.${column.name}`, column.comment)),
		...columns.flatMap((column) => [
			column.options.length > 0 &&
				`alter table ${name} alter column ${column.name} set (${column.options.join(', ')});`,
			column.statisticsTarget >= 0 &&
				`alter table ${name} alter column ${column.name} set statistics ${column.statisticsTarget};`,
		]),
		...constraints.map((constraint) =>
			describe('constraint', `${constraint.name} on ${name}`, constraint.comment),
		),
		...indexes.flatMap((index) => [
			index.constraint === null && `${index.definition};`,
			describe('index', index.name, index.comment),
			...Object.entries(index.statistics).map(
				([column, target]) => `alter index ${index.name} alter column ${column} set statistics ${target};`,
			),
		]),
		...byName(catalogue.statistics.filter(isOurs)).map(({ definition }) => `${definition};`),
		...byName(catalogue.triggers.filter(isOurs))
			.filter(({ isPart }) => !isPart)
			.map(({ definition, enabled }) => `${definition};${enabled === 'O' ? '' : ` -- enabled: ${enabled}`}`),
		table.replicaIdentity === 'f' && `alter table ${name} replica identity full;`,
		table.rowSecurity && `alter table ${name} enable row level security;`,
		table.forceRowSecurity && `alter table ${name} force row level security;`,
		...byName(catalogue.policies.filter(isOurs)).map(
			(policy) => `create policy ${policy.name} on ${name} ${policy.definition};`,
		),
		grantsOn(catalogue, 'table', name),
		grantsOn(catalogue, 'column', name),
		...sequences.map((sequence) => grantsOn(catalogue, 'sequence', sequence)),
	);
}

function printColumn({
	name,
	type,
	notNull,
	expression,
	identity,
	generated,
}: Table['columns'][number]): string {
	const value = generated
		? ` generated always as (${expression ?? ''}) stored`
		: expression
			? ` default ${expression}`
			: '';
	const number = identity ? ` generated ${identity === 'a' ? 'always' : 'by default'} as identity` : '';
	return `${name} ${type}${notNull ? ' not null' : ''}${value}${number}`;
}

function grantsOn(catalogue: Catalogue, kind: Grant['kind'], object: string): string | false {
	const lists = new Map<string, string[]>();
	for (const grant of catalogue.grants) {
		if (grant.kind !== kind || grant.object !== object || grant.grantee === OWNER) continue;
		const what = `${grant.grantee}${grant.isGrantable ? ' with grant option' : ''}\n${grant.privilege.toLowerCase()}`;
		lists.set(what, [...(lists.get(what) ?? []), grant.column ?? '']);
	}
	const written = [...lists].map(([what, columns]) => {
		const [grantee = '', privilege = ''] = what.split('\n');
		const of = kind === 'column' ? ` (${[...columns].sort().join(', ')})` : '';
		const on = kind === 'table' || kind === 'column' ? '' : `${kind} `;
		return `grant ${privilege}${of} on ${on}${object} to ${grantee};`;
	});
	return written.length > 0 && written.sort().join('\n');
}

function describe(kind: string, name: string, comment: string | null): string | false {
	return comment !== null && `comment on ${kind} ${name} is ${quoteText(comment)};`;
}

function lines(...parts: (string | false | null | undefined)[]): string {
	return parts.filter((part) => typeof part === 'string' && part !== '').join('\n');
}

function byName<Part extends { name: string }>(parts: readonly Part[]): Part[] {
	return [...parts].sort((a, b) => (a.name < b.name ? -1 : 1));
}
