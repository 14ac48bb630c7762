import type postgres from 'postgres';

import { activitiesStatement, burnTransactions, createPastPartitions } from '../data/activities';
import { campaignLeadsStatement, communicationsStatement, notesStatement } from '../data/communications';
import { type OrganizationShare, shareLeads } from '../data/distribution';
import { createFunctions } from '../data/functions';
import { leadsStatement } from '../data/leads';
import { insertOrganizations, shareCampaigns } from '../data/organizations';
import type { Scale } from '../scale';
import { dropIndexes, recreateIndex } from './indexes';
import { fillTotals } from './totals';
import { ranges, runTasks, type Task } from './work';

const BIG_TABLES = ['leads', 'communications', 'lead_notes', 'campaign_leads', 'activity_logs'];
const ROWS_PER_STATEMENT = 250_000;

export interface GenerateOptions {
	/** Connections to work with, each a pool of one, as a superuser. */
	connections: readonly postgres.Sql[];
	/** The end of the generated history. */
	today: Date;
	onProgress: (text: string) => void;
}

/**
 * Fills a migrated, empty database with the rows of a scale. Triggers and foreign keys do not run
 * (`session_replication_role = replica`): what they would fill in, the statements give.
 */
export async function generate(scale: Scale, options: GenerateOptions): Promise<OrganizationShare[]> {
	const { connections, today, onProgress } = options;
	const [sql] = connections;
	if (!sql) throw new Error('Generating needs a connection');
	const shares = shareLeads(scale);
	await createFunctions(sql, scale, shares, today);
	await insertOrganizations(sql, shares);
	await createPastPartitions(sql);
	const firstTransaction = await burnTransactions(sql);
	const indexes = await dropIndexes(sql, BIG_TABLES);

	for (const connection of connections) {
		await connection`set session_replication_role = replica`;
		await connection`set synchronous_commit = off`;
	}
	const inserts = [
		...inserting('communications', scale.communications, communicationsStatement(scale)),
		...inserting('leads', scale.leads, leadsStatement(scale)),
		...inserting('lead_notes', scale.notes, notesStatement(scale)),
		...inserting('activity_logs', scale.activities, activitiesStatement(scale, firstTransaction)),
		...inserting(
			'campaign_leads',
			scale.campaignLeads,
			campaignLeadsStatement(scale, shareCampaigns(shares)),
		),
	];
	await runTasks(connections, inserts, (done, all) => onProgress(`rows: ${done} of ${all} statements`));
	await runTasks(
		connections,
		indexes.map((index) => ({ label: index.name, run: (connection) => recreateIndex(connection, index) })),
		(done, all, label) => onProgress(`indexes: ${done} of ${all}, ${label}`),
	);
	for (const connection of connections) await connection`reset session_replication_role`;
	await moveSequences(sql);
	const tables = BIG_TABLES.map((table) => ({
		label: `vacuum ${table}`,
		run: (connection: postgres.Sql) => connection.unsafe(`vacuum (analyze) public.${table}`),
	}));
	await runTasks(connections, tables, (_done, _all, label) => onProgress(label));
	await sql`vacuum (analyze) organizations, users, campaigns, workflows`;
	onProgress('totals of the views');
	await fillTotals(sql);
	return shares;
}

function inserting(table: string, rows: number, statement: string): Task[] {
	return ranges(rows, ROWS_PER_STATEMENT).map(([first, last]) => ({
		label: `${table} ${first} to ${last}`,
		run: (sql) => sql.unsafe(statement, [first, last], { prepare: false }),
	}));
}

/** Lets the sequences of ids go on behind the generated rows. */
async function moveSequences(sql: postgres.Sql): Promise<void> {
	for (const table of [...BIG_TABLES, 'organizations', 'users', 'campaigns', 'workflows']) {
		await sql.unsafe(
			`select setval(pg_get_serial_sequence('public.${table}', 'id'), greatest(1, (select max(id) from public.${table})))`,
		);
	}
}
