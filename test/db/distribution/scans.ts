import type postgres from 'postgres';

interface PlanNode {
	'Node Type': string;
	'Relation Name'?: string;
	Schema?: string;
	Alias?: string;
	Plans?: PlanNode[];
	[key: string]: unknown;
}

/** Where PostgreSQL would look for the rows of a table, and whether it looks in one organization only. */
export interface TableScan {
	/** With its schema; a partition counts as its table. */
	table: string;
	isBound: boolean;
}

/** Everything in a plan that chooses rows. */
const CONDITIONS = [
	'Index Cond',
	'Recheck Cond',
	'Filter',
	'Hash Cond',
	'Merge Cond',
	'Join Filter',
	'Cache Key',
];

/**
 * The tables that a statement reads, updates or deletes from, by the server's own plan: the one for any parameters, so that
 * none need be known. Nothing runs. What functions do inside is not seen. Call it in a transaction; the role and the
 * policies that apply are those of `sql`.
 */
export async function listScans(sql: postgres.TransactionSql, statement: string): Promise<TableScan[]> {
	await sql.unsafe('set local plan_cache_mode = force_generic_plan');
	// One that fails cannot be removed in its transaction, and outlives it.
	const name = `examined_${crypto.randomUUID().replaceAll('-', '')}`;
	await sql.unsafe(`prepare ${name} as ${statement}`);
	const [prepared] = await sql<{ count: number }[]>`
		select cardinality(parameter_types) as count
		from pg_prepared_statements
		where name = ${name}`;
	const values = Array.from({ length: prepared?.count ?? 0 }, () => 'null').join(', ');
	const [explained] = await sql.unsafe<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
		`explain (verbose, costs off, format json) execute ${name}${values && `(${values})`}`,
	);
	const plan = explained?.['QUERY PLAN'][0]?.Plan;
	if (!plan) throw new Error(`No plan for ${statement}`);
	await sql.unsafe(`deallocate ${name}`);
	return boundScans(plan);
}

function boundScans(plan: PlanNode): TableScan[] {
	const nodes = [...walk(plan)];
	const conditions = nodes.flatMap((node) =>
		CONDITIONS.flatMap((kind) => [node[kind]].flat().filter(isText)),
	);
	const scans = nodes.filter(
		(node) => node.Alias && node['Relation Name'] && node['Node Type'] !== 'ModifyTable',
	);
	const aliases = new Set(scans.map((scan) => scan.Alias));
	// From what is bound to a value to what is joined to that.
	const bound = new Set<string>();
	for (let grown = -1; grown !== bound.size;) {
		grown = bound.size;
		for (const { Alias: alias = '', 'Relation Name': relation } of scans) {
			const key = relation === 'organizations' ? 'id' : 'organization_id';
			if (
				sourcesOf(`${alias}.${key}`, conditions).some((source) => !aliases.has(source) || bound.has(source))
			)
				bound.add(alias);
		}
	}
	return scans.map((scan) => ({
		table: `${scan.Schema}.${scan['Relation Name']!.replace(/^(activity_logs)_(\d{4}_\d\d|default)$/, '$1')}`,
		isBound: bound.has(scan.Alias ?? ''),
	}));
}

/** What a column is compared with: the aliases of other columns, and '' for values. */
function sourcesOf(name: string, conditions: string[]): string[] {
	const column = name.replaceAll('.', '\\.');
	const comparisons = [
		new RegExp(`(?<![\\w.])${column} = (?:ANY )?(\\S+)`, 'g'),
		new RegExp(`(\\S+) = ${column}(?!\\w)`, 'g'),
	];
	return conditions.flatMap((condition) =>
		comparisons
			.flatMap((comparison) => [...condition.matchAll(comparison)])
			.map(([, operand = '']) => /^\(*(\w+)\.\w+\)*$/.exec(operand)?.[1] ?? ''),
	);
}

function* walk(node: PlanNode): Generator<PlanNode> {
	yield node;
	for (const child of node.Plans ?? []) yield* walk(child);
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}
