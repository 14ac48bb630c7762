import type postgres from 'postgres';

import { ranges, runTasks, type Task } from '../load/work';
import type { Scale } from '../scale';
import { createDocumentTables, DOCUMENT_INDEXES } from './schema';
import { DOCUMENT_VIEWS } from './views';

const TABLES = [
	'organizations',
	'users',
	'leads',
	'communications',
	'lead_notes',
	'campaigns',
	'campaign_leads',
	'workflows',
	'activity_logs',
] as const;
const ROWS_PER_STATEMENT = 500_000;

/**
 * Copies a generated database into the form the schema document gives it: the same rows in the same order, with the
 * document's columns, indexes and views, owned by the role `owner`, for whom `document` comes first in the search path.
 */
export async function copyToDocument(
	connections: readonly postgres.Sql[],
	scale: Scale,
	owner: string,
	onProgress: (text: string) => void,
): Promise<void> {
	const [sql] = connections;
	if (!sql) throw new Error('Copying needs a connection');
	await createDocumentTables(sql, owner);
	const rows: Partial<Record<string, number>> = {
		communications: scale.communications,
		leads: scale.leads,
		lead_notes: scale.notes,
		activity_logs: scale.activities,
	};
	const copies: Task[] = [];
	for (const table of TABLES) {
		const [found] = await sql<{ columns: string }[]>`
			select string_agg(quote_ident(attname), ', ' order by attnum) as columns
			from pg_attribute
			where attrelid = ${`document.${table}`}::text::regclass
				and attnum > 0`;
		const columns = found?.columns ?? '';
		const statement = `
			insert into document.${table} (${columns})
			select ${columns}
			from public.${table}
			where id between $1 and $2
			order by id`;
		for (const [first, last] of ranges(rows[table] ?? ROWS_PER_STATEMENT, ROWS_PER_STATEMENT)) {
			copies.push({
				label: `document.${table} ${first} to ${last}`,
				run: (connection) => connection.unsafe(statement, [first, last], { prepare: false }),
			});
		}
	}
	await runTasks(connections, copies, (done, all) =>
		onProgress(`the document's rows: ${done} of ${all} statements`),
	);
	const indexes = DOCUMENT_INDEXES.map((definition) => ({
		label: definition,
		run: (connection: postgres.Sql) => connection.unsafe(`create ${definition}`),
	}));
	await runTasks(connections, indexes, (done, all) =>
		onProgress(`the document's indexes: ${done} of ${all}`),
	);
	await sql.unsafe(DOCUMENT_VIEWS);
	for (const view of ['v_lead_summary', 'v_organization_metrics', 'v_user_productivity']) {
		await sql.unsafe(`alter view document.${view} owner to ${owner}`);
	}
	const vacuums = TABLES.map((table) => ({
		label: table,
		run: (connection: postgres.Sql) => connection.unsafe(`vacuum (analyze) document.${table}`),
	}));
	await runTasks(connections, vacuums, (_done, _all, label) =>
		onProgress(`vacuum of the document's ${label}`),
	);
}
