import { findColumn, findTable, type Table } from '../catalogue/catalogue';
import type { Context, Part } from './context';
import { bareName, quoteName, quoteText } from '../catalogue/quote';
import { brief, type Step } from './step';

/** Storage parameters, statistics and comments: nothing that a reader or writer waits for. */
export function planSettings(context: Context): Part {
	const { reference, live } = context;
	const steps: Step[] = [];
	const settle = (title: string, table: string | null, statements: string[]) => {
		if (statements.length > 0)
			steps.push(brief(title, table, statements, { lock: 'SHARE UPDATE EXCLUSIVE' }));
	};
	for (const table of reference.tables) {
		if (table.name === 'lma.migrations') continue;
		settle(`Settings and comments of ${table.name}`, table.name in context.baseline ? table.name : null, [
			...options(table, findTable(live, table.name)),
			...columns(table, findTable(live, table.name)),
			...indexStatistics(context, table),
			...comments(context, table),
		]);
	}
	for (const { name, table, definition } of reference.statistics)
		if (!live.statistics.some((found) => found.name === name))
			settle(`Create statistics ${name}`, table, [definition]);
	settle('Comments of views and functions', null, [
		...reference.views.flatMap(({ name, comment }) =>
			commentOn('view', name, comment, live.views.find((v) => v.name === name)?.comment),
		),
		...reference.routines.flatMap(({ kind, name, comment }) =>
			commentOn(kind, name, comment, live.routines.find((r) => r.name === name)?.comment),
		),
		...reference.schemas
			.filter(({ name }) => name === 'lma')
			.flatMap(({ name, comment }) =>
				commentOn('schema', name, comment, live.schemas.find((s) => s.name === name)?.comment),
			),
	]);
	return { steps, findings: [] };
}

function options(wanted: Table, found: Table | undefined): string[] {
	const missing = wanted.options.filter((option) => !found?.options.includes(option));
	return [
		...(missing.length > 0 ? [`alter table ${wanted.name} set (${missing.join(', ')})`] : []),
		...(wanted.replicaIdentity === 'f' && found?.replicaIdentity !== 'f'
			? [`alter table ${wanted.name} replica identity full`]
			: []),
	];
}

function indexStatistics({ reference, live, baseline }: Context, table: Table): string[] {
	return reference.indexes
		.filter((index) => index.table === table.name && !index.isPart)
		.flatMap(({ name, statistics }) => {
			const found = live.indexes.find((index) => index.name === name);
			if (!found && table.name in baseline) return [];
			return Object.entries(statistics)
				.filter(([position, target]) => found?.statistics[position] !== target)
				.map(([position, target]) => `alter index ${name} alter column ${position} set statistics ${target}`);
		});
}

function columns(wanted: Table, found: Table | undefined): string[] {
	return wanted.columns.flatMap(({ name, statisticsTarget, comment }) => [
		...(statisticsTarget >= 0 && findColumn(found, name)?.statisticsTarget !== statisticsTarget
			? [`alter table ${wanted.name} alter column ${quoteName(name)} set statistics ${statisticsTarget}`]
			: []),
		...commentOn('column', `${wanted.name}.${quoteName(name)}`, comment, findColumn(found, name)?.comment),
	]);
}

function comments({ reference, live, baseline }: Context, table: Table): string[] {
	const indexes = reference.indexes.filter((index) => index.table === table.name && !index.isPart);
	const isThere = (name: string) =>
		!(table.name in baseline) || live.indexes.some((found) => found.name === name);
	const hasConstraint = (name: string) =>
		!(table.name in baseline) ||
		live.constraints.some((found) => found.table === table.name && found.name === name);
	return [
		...commentOn('table', table.name, table.comment, findTable(live, table.name)?.comment),
		...indexes
			.filter(({ name }) => isThere(name))
			.flatMap(({ name, comment }) =>
				commentOn('index', name, comment, live.indexes.find((found) => found.name === name)?.comment),
			),
		...reference.constraints
			.filter((c) => c.table === table.name && !c.isPart && hasConstraint(c.name))
			.flatMap((c) => {
				const found = live.constraints.find((other) => other.table === table.name && other.name === c.name);
				return commentOn('constraint', `${quoteName(c.name)} on ${table.name}`, c.comment, found?.comment);
			}),
	];
}

function commentOn(
	kind: string,
	name: string,
	wanted: string | null,
	found: string | null | undefined,
): string[] {
	if (!wanted || wanted === found) return [];
	return [
		`comment on ${kind} ${kind === 'schema' ? quoteName(bareName(name)) : name} is ${quoteText(wanted)}`,
	];
}
