import type postgres from 'postgres';

import { connect, type Sql } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { medianRatio } from '../../ratio';
import { median } from '../../statistics';
import { slugOf } from '../data/organizations';
import { type BenchDatabase, connectAsAdmin, urlFor } from '../database';
import type { WriteCost } from '../result';
import type { BenchServer } from '../server';
import type { Effort } from './effort';
import { timed } from './warm';

class RolledBack extends Error {}

/** Inserts of `leads.length` rows into the tables whose totals are kept, as one statement of a node's login. */
const INSERTS = {
	leads: (tx: Sql, leads: number[], owners: number[]) => tx`
		insert into leads (organization_id, email, first_name, last_name, company, status, source, score, assigned_to_id)
		select
			(select lma.current_organization_id()), format('bench%s@example.com', n), 'Bench', 'Mark', 'Bench Limited',
			'NEW', 'WEBSITE', n % 101, (${owners}::int[])[1 + n % ${owners.length}::int]
		from generate_series(1, ${leads.length}::int) n`,
	communications: (tx: Sql, leads: number[], owners: number[]) => tx`
		insert into communications (organization_id, lead_id, user_id, communication_type, direction, subject, content)
		select
			(select lma.current_organization_id()), lead_id, (${owners}::int[])[1 + n % ${owners.length}::int], 'email',
			'outbound', 'Next steps', 'Please find the updated offer in the customer portal.'
		from unnest(${leads}::int[]) with ordinality as given (lead_id, n)`,
	lead_notes: (tx: Sql, leads: number[], owners: number[]) => tx`
		insert into lead_notes (organization_id, lead_id, user_id, content)
		select
			(select lma.current_organization_id()), lead_id, (${owners}::int[])[1 + n % ${owners.length}::int],
			'The price holds until the end of the month.'
		from unnest(${leads}::int[]) with ordinality as given (lead_id, n)`,
} as const;

/**
 * Times bulk inserts into the large organization with and without the triggers that keep the totals, one after the
 * other, every one rolled back. Both sides have everything else: audit trail, checks, foreign keys. Empty when the
 * schema has no such triggers.
 */
export async function measureWrites(
	server: BenchServer,
	database: BenchDatabase,
	effort: Effort,
	onProgress: (text: string) => void,
): Promise<WriteCost[]> {
	const admin = connectAsAdmin(server.url(database.name));
	const app = connect(urlFor(server, database, database.logins.app), { max: 1, idleTimeout: 0 });
	const { large } = database.organizations;
	const insert = async (table: keyof typeof INSERTS, leads: number[], owners: number[]): Promise<number> => {
		let taken = 0;
		try {
			await inOrganization(app, slugOf(large.id), async (tx) => {
				taken = await timed(async () => await INSERTS[table](tx, leads, owners));
				throw new RolledBack();
			});
		} catch (error) {
			if (!(error instanceof RolledBack)) throw error;
		}
		return taken;
	};
	try {
		const leads = await spreadLeads(admin, large.id, effort.writeRows);
		const owners = Array.from({ length: large.users }, (_, index) => large.firstUser + index);
		const costs: WriteCost[] = [];
		for (const table of ['leads', 'communications', 'lead_notes'] as const) {
			const triggers = await totalsTriggers(admin, table);
			if (triggers.length === 0) continue;
			onProgress(`cost of the totals: ${leads.length} rows into ${table}`);
			const pairs: [withTotals: number, without: number][] = [];
			await insert(table, leads, owners);
			for (let pair = 0; pair < effort.writePairs; pair++) {
				const withTotals = await insert(table, leads, owners);
				await switchTriggers(admin, table, triggers, 'disable');
				try {
					pairs.push([withTotals, await insert(table, leads, owners)]);
				} finally {
					await switchTriggers(admin, table, triggers, 'enable');
				}
			}
			const ratio = medianRatio(
				pairs.map(([withTotals]) => withTotals),
				pairs.map(([, without]) => without),
			);
			costs.push({
				table,
				rows: leads.length,
				withTotals: median(pairs.map(([withTotals]) => withTotals)),
				withoutTotals: median(pairs.map(([, without]) => without)),
				added: (ratio?.median ?? 1) - 1,
				error: ratio?.error ?? 0,
			});
			await admin.unsafe(`vacuum ${table}`);
		}
		return costs;
	} finally {
		await Promise.all([admin.end(), app.end()]);
	}
}

async function spreadLeads(sql: postgres.Sql, organizationId: number, limit: number): Promise<number[]> {
	const rows = await sql<{ id: number }[]>`
		select id
		from leads
		where organization_id = ${organizationId}
		order by hashint8extended(id, 93)
		limit ${limit}`;
	return rows.map(({ id }) => id);
}

/** Triggers on a table whose function keeps totals, by their names. */
async function totalsTriggers(sql: postgres.Sql, table: string): Promise<string[]> {
	const rows = await sql<{ tgname: string }[]>`
		select t.tgname
		from pg_trigger t
		join pg_proc p on p.oid = t.tgfoid
		where t.tgrelid = ${`public.${table}`}::text::regclass
			and not t.tgisinternal
			and p.pronamespace = 'lma'::regnamespace
			and p.proname like 'count\_%'`;
	return rows.map(({ tgname }) => tgname);
}

async function switchTriggers(
	sql: postgres.Sql,
	table: string,
	triggers: readonly string[],
	action: 'enable' | 'disable',
): Promise<void> {
	const changes = triggers.map((trigger) => `${action} trigger ${trigger}`).join(', ');
	await sql.unsafe(`alter table public.${table} ${changes}`);
}
