import postgres from 'postgres';

import { inOrganization } from '../../../db/connection/tenancy';
import { median } from '../../statistics';
import type { NamedQuery } from '../query/query';
import type { Values } from '../query/values';

/** What the server did for one call of a query, functions and triggers within it included. */
export interface PlanFacts {
	/** Shared buffers hit or read. */
	buffers: number;
	/** Names of the indexes used. */
	indexes: string[];
	/** Tables of more than a few pages that were read from end to end. */
	scanned: string[];
}

/** What `auto_explain` logs for a statement; only what is read here. */
interface LoggedPlan {
	'Query Text': string;
	Plan: PlanNode;
}

interface PlanNode {
	'Node Type': string;
	'Relation Name'?: string;
	'Index Name'?: string;
	'Actual Loops'?: number;
	'Shared Hit Blocks'?: number;
	'Shared Read Blocks'?: number;
	Plans?: PlanNode[];
}

/** A connection whose plans can be seen. */
export interface Explainer {
	/** Calls the query so often, each time with the next values, and tells what the last two calls used. */
	explain(query: NamedQuery, values: Values, calls: number): Promise<PlanFacts>;
	end(): Promise<void>;
}

export interface ExplainAs {
	/** The login to act as. */
	login: string;
	/** The organization to act in; left out for a worker. */
	slug?: string;
}

/**
 * Opens a connection as a superuser, the only one who may load `auto_explain`, which then takes the login of another:
 * row security and plans are that one's. Statements that functions run are seen, too.
 */
export async function openExplainer(adminUrl: string, as: ExplainAs): Promise<Explainer> {
	const sent = new Set<string>();
	let logged: LoggedPlan[] = [];
	const sql = postgres(adminUrl, {
		max: 1,
		idle_timeout: 0,
		transform: { column: { from: postgres.toCamel } },
		debug: (_connection, text) => void sent.add(text),
		onnotice: ({ message = '' }) => {
			const json = /^duration: \S+ ms {2}plan:\n([\s\S]*)$/.exec(message)?.[1];
			if (json) logged.push(JSON.parse(json) as LoggedPlan);
		},
	});
	const [parents, small] = [await parentIndexes(sql), await smallTables(sql)];
	await sql.unsafe(`
		load 'auto_explain';
		set auto_explain.log_min_duration = 0;
		set auto_explain.log_analyze = on;
		set auto_explain.log_timing = off;
		set auto_explain.log_buffers = on;
		set auto_explain.log_nested_statements = on;
		set auto_explain.log_format = json;
		set auto_explain.log_level = notice;
		set session authorization ${as.login}`);
	const call = async (query: NamedQuery, values: Values, turn: number): Promise<unknown> => {
		if (as.slug !== undefined) {
			return await inOrganization(sql, as.slug, (tx) => query.run(tx, values, turn));
		}
		return await sql.begin(async (tx) => [await query.run(tx, values, turn), await tx`rollback and chain`]);
	};
	return {
		async explain(query, values, times) {
			const calls: PlanFacts[] = [];
			for (let turn = 0; turn < times; turn++) {
				logged = [];
				await call(query, values, turn);
				calls.push(readPlans(logged, sent));
			}
			const named = (key: 'indexes' | 'scanned') => [
				...new Set(calls.slice(-2).flatMap((facts) => facts[key])),
			];
			return {
				buffers: median(calls.map(({ buffers }) => buffers)),
				indexes: [...new Set(named('indexes').map((name) => parents.get(name) ?? name))],
				scanned: named('scanned').filter((table) => !small.has(table)),
			};
		},
		end: () => sql.end({ timeout: 5 }),
	};
}

/**
 * Sums up the plans of one call. Plans of nested statements arrive before that of the statement which ran them.
 *
 * @internal tests read plans without a server that logs them
 */
export function readPlans(logged: readonly LoggedPlan[], sent: ReadonlySet<string>): PlanFacts {
	const facts: PlanFacts = { buffers: 0, indexes: [], scanned: [] };
	let nested: PlanNode[] = [];
	for (const { 'Query Text': text, Plan: plan } of logged) {
		if (!sent.has(text)) {
			nested.push(plan);
			continue;
		}
		if (!text.includes('lma.use_organization(')) {
			// The buffers of what it ran are in its own.
			facts.buffers += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
			for (const node of [plan, ...nested].flatMap(nodes)) note(node, facts);
		}
		nested = [];
	}
	return { ...facts, indexes: [...new Set(facts.indexes)], scanned: [...new Set(facts.scanned)] };
}

function nodes(plan: PlanNode): PlanNode[] {
	return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

function note(node: PlanNode, facts: PlanFacts): void {
	if (node['Actual Loops'] === 0) return;
	const index = node['Index Name'];
	if (index !== undefined && !isOfTenancy(index)) facts.indexes.push(index);
	const table = node['Relation Name'];
	if (node['Node Type'] === 'Seq Scan' && table !== undefined && !isOfTenancy(table))
		facts.scanned.push(table);
}

/** Every transaction looks up who it is: not what is asked about here. */
function isOfTenancy(name: string): boolean {
	return name.startsWith('pg_') || name.startsWith('tenant_logins');
}

/** Names of tables that fit into 800 KB: reading all of them is right. */
async function smallTables(sql: postgres.Sql): Promise<Set<string>> {
	const rows = await sql<{ relname: string }[]>`
		select relname
		from pg_class
		where relkind = 'r'
		group by relname
		having max(relpages) <= 100`;
	return new Set(rows.map(({ relname }) => relname));
}

/** Indexes of partitions, by name, with the one they belong to. */
async function parentIndexes(sql: postgres.Sql): Promise<Map<string, string>> {
	const rows = await sql<{ child: string; parent: string }[]>`
		select i.inhrelid::regclass::text as child, i.inhparent::regclass::text as parent
		from pg_inherits i
		join pg_class c on c.oid = i.inhrelid
		where c.relkind = 'i'`;
	return new Map(rows.map(({ child, parent }) => [child, parent]));
}
