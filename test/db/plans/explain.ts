import postgres from 'postgres';

/** What PostgreSQL did for the statements of some work, those inside functions included. */
export interface Executed {
	/** Names of the indexes read. */
	indexes: Set<string>;
	/** Large tables read from end to end. */
	scanned: Set<string>;
	/** Rows of the large tables that scans looked at, whether they gave them on or not. */
	rows: number;
}

const LARGE_TABLES = new Set(['leads', 'communications', 'lead_notes']);

interface PlanNode {
	'Node Type': string;
	'Relation Name'?: string;
	'Index Name'?: string;
	'Rows Removed by Filter'?: number;
	'Rows Removed by Index Recheck'?: number;
	'Actual Loops'?: number;
	'Actual Rows'?: number;
	Plans?: PlanNode[];
}

/**
 * Makes a login explain all it runs in this database to its own client; takes a superuser. Sessions opened from now on are concerned.
 */
export async function letExplain(superuserUrl: string, login: string): Promise<void> {
	const sql = postgres(superuserUrl, { max: 1, onnotice: () => undefined });
	const database = new URL(superuserUrl).pathname.slice(1);
	try {
		for (const [setting, value] of [
			['session_preload_libraries', 'auto_explain'],
			['auto_explain.log_min_duration', '0'],
			['auto_explain.log_analyze', 'on'],
			['auto_explain.log_buffers', 'on'],
			['auto_explain.log_nested_statements', 'on'],
			['auto_explain.log_format', 'json'],
			['auto_explain.log_level', 'notice'],
		] as const) {
			await sql`
				alter role ${sql(login)} in database ${sql(database)} set ${sql.unsafe(setting)} = ${sql.unsafe(`'${value}'`)}`;
		}
	} finally {
		await sql.end();
	}
}

/** One connection of a login that explains. */
export class ExplainedSession {
	private plans: PlanNode[] = [];
	readonly sql: postgres.Sql;

	constructor(url: string) {
		this.sql = postgres(url, {
			max: 1,
			transform: { column: { from: postgres.toCamel } },
			// As `connect` reads it.
			types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
			onnotice: ({ message = '' }) => {
				this.read(message);
			},
		});
	}

	/** Runs `work` and tells what its statements did. */
	async explain(work: () => Promise<unknown>): Promise<Executed> {
		this.plans = [];
		await work();
		const executed: Executed = { indexes: new Set(), scanned: new Set(), rows: 0 };
		for (const plan of this.plans) visit(plan, executed);
		return executed;
	}

	private read(message: string): void {
		const json = /plan:\s*(\{.*\})\s*$/s.exec(message)?.[1];
		if (json) this.plans.push((JSON.parse(json) as { Plan: PlanNode }).Plan);
	}
}

function visit(node: PlanNode, executed: Executed): void {
	const name = node['Index Name'];
	if (name) executed.indexes.add(name);
	const table = node['Relation Name'] ?? '';
	const isLarge = LARGE_TABLES.has(table);
	if (isLarge && node['Node Type'] === 'Seq Scan') executed.scanned.add(table);
	if (isLarge) {
		const rows =
			(node['Actual Rows'] ?? 0) +
			(node['Rows Removed by Filter'] ?? 0) +
			(node['Rows Removed by Index Recheck'] ?? 0);
		executed.rows += rows * (node['Actual Loops'] ?? 1);
	}
	for (const inner of node.Plans ?? []) visit(inner, executed);
}
