import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';

import type { LmaCredentialData } from '../../cli/n8n/provision';
import { connect } from '../../db/connection/client';
import { asOwner } from '../../db/connection/owner';
import { createOrganization } from '../../db/organization/organization';
import { createTenantLogin } from '../../schema/login/tenantLogin';
import { migrate } from '../../schema/migration/migrate';
import { connectAsAdmin } from '../db/database';
import type { BenchServer } from '../db/server';
import { makeBareTable } from './copy';

const SLUG = 'bench';

/** Leads that are there before every run, with the ids from 1: an empty table would be a special case. */
const BASE = 20_000;

/** The database that the nodes write to, and an empty one for n8n. */
export interface NodesDatabase {
	/** A superuser; one connection. */
	sql: postgres.Sql;
	organizationId: number;
	/** The organization's own login, as a shared n8n should have it. */
	credential: LmaCredentialData;
	n8nUrl: string;
	/** Removes what a run has written and leaves the tables as they were. */
	reset(): Promise<void>;
}

/** Migrates a new database and fills it with an organization of so many leads. */
export async function prepareNodesDatabase(server: BenchServer): Promise<NodesDatabase> {
	const admin = connectAsAdmin(server.url('postgres'));
	await admin`create database bench_nodes`;
	await admin`create database bench_n8n`;
	await admin.end();
	const url = server.url('bench_nodes');
	await migrate(url);
	const owner = connect(url, { max: 1 });
	const password = randomBytes(16).toString('hex');
	const { id } = await asOwner(owner, (tx) => createOrganization(tx, { slug: SLUG, name: 'Bench' }));
	const login = await createTenantLogin(owner, SLUG, { user: 'bench_nodes_tenant', password });
	await owner.end();
	const sql = connectAsAdmin(url);
	await sql`
		insert into leads (organization_id, email, first_name, last_name, company, source, score)
		select ${id}, format('base%s@bench.example', n), 'Base', format('Lead %s', n), 'Base Limited', 'EVENT', n % 101
		from generate_series(1, ${BASE}::int) n`;
	await makeBareTable(sql);
	await sql`vacuum (analyze)`;
	const { hostname: host, port } = new URL(url);
	return {
		sql,
		organizationId: id,
		credential: {
			host,
			port: Number(port),
			database: 'bench_nodes',
			...login,
			ssl: 'disable',
			organization: SLUG,
		},
		n8nUrl: server.url('bench_n8n'),
		reset: () => removeNewLeads(sql),
	};
}

async function removeNewLeads(sql: postgres.Sql): Promise<void> {
	await sql.begin(async (tx) => {
		// Past the triggers: these deletions are no events.
		await tx`set local session_replication_role = replica`;
		await tx`delete from activity_logs where lead_id > ${BASE}`;
		await tx`delete from leads where id > ${BASE}`;
		await tx`truncate lma.lead_total_deltas, bare_leads`;
	});
	await sql`vacuum leads, activity_logs, bare_leads`;
	await sql`checkpoint`;
}
