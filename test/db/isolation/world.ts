import postgres from 'postgres';
import { inject } from 'vitest';

import type { Login } from '../../../schema/login/loginRole';
import { createTenantLogin } from '../../../schema/login/tenantLogin';
import { createTestDatabase, type TestDatabase } from '../../setup/database';
import { fillTables } from './tables';

/** One of two organizations that know nothing of each other. */
export interface Tenant {
	id: number;
	slug: string;
	login: Login;
}

/** A database with two organizations that have rows in every table. */
export interface IsolationWorld {
	database: TestDatabase;
	/** A superuser, who sees what there really is. */
	owner: postgres.Sql;
	alpha: Tenant;
	beta: Tenant;
	close(): Promise<void>;
}

/**
 * Opens such a database. All ids of one organization lie apart from those of the other, and the number after each id is
 * used by nobody, nor will be: so that a statement can name an id that exists elsewhere, and one that does not, and
 * nothing else about the two differs.
 */
export async function openWorld(): Promise<IsolationWorld> {
	const database = await createTestDatabase();
	const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => undefined });
	// What readers of events are given depends on who else is writing at that moment, in any database of the server and in
	// the other organization. Here it is all that is committed, so that two runs of a statement can be compared.
	await owner.unsafe(`
		create or replace function lma.event_horizon() returns xid8 language sql security definer
		set search_path = pg_catalog, pg_temp
		as 'select lma.event_ceiling()'`);
	const tenants: Tenant[] = [];
	for (const [slug, offset] of [
		['alpha', 0],
		['beta', 500_000],
	] as const) {
		const id = 7_000_001 + offset;
		await owner.unsafe(rowsOf(id, slug, offset));
		tenants.push({ id, slug, login: await createTenantLogin(owner, slug) });
	}
	// The triggers took every number in turn. No id may be found within another, by whoever looks for a part of one.
	await owner`update activity_logs set id = 622222222 + id * 2`;
	for (const { id } of tenants) await fillTables(owner, id);
	const sequences = await owner<{ name: string }[]>`
		select c.oid::regclass::text as name from pg_class c where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace`;
	for (const { name } of sequences) await owner`select setval(${name}::text::regclass, 811111111)`;
	const [alpha, beta] = tenants;
	return {
		database,
		owner,
		alpha: alpha!,
		beta: beta!,
		async close() {
			await owner.end();
			await database.drop();
			// They own nothing, but for what a session that has not ended yet keeps in the database.
			const admin = postgres(inject('cluster').adminUrl, { max: 1 });
			for (const { login } of tenants) await admin`drop role ${admin(login.user)}`;
			await admin.end();
		},
	};
}

const ROWS = 8;

function rowsOf(id: number, slug: string, offset: number): string {
	const ids = (base: number) => `${base + offset} + 2 * n`;
	// From 1: a round number is a part of many an average, 50000000 one of 7.50000000.
	const each = `from generate_series(1, ${ROWS}) n`;
	return `
		insert into organizations (id, name, slug, billing_email) values (${id}, '${slug} & Co', '${slug}', 'bill@${slug}.test');
		insert into users (id, email, username, first_name, last_name, hashed_password, organization_id)
		select ${ids(10_000_000)}, 'user' || n || '@${slug}.test', '${slug}-user' || n, 'User', n::text, '${slug}-hash', ${id} ${each};
		insert into leads (id, email, first_name, last_name, company, organization_id, assigned_to_id, status, score, tags, custom_fields)
		select ${ids(20_000_000)}, 'lead' || n || '@${slug}.test', '${slug}', 'Lead' || n, '${slug} works ' || n, ${id}, ${ids(10_000_000)},
			(array['NEW', 'QUALIFIED', 'CLOSED_WON'])[1 + n % 3]::lead_status_enum, n * 10, '["${slug}"]', '{"team": "${slug}"}' ${each};
		insert into lead_notes (id, lead_id, user_id, content)
		select ${ids(30_000_000)}, ${ids(20_000_000)}, ${ids(10_000_000)}, '${slug} note ' || n ${each};
		insert into communications (id, organization_id, lead_id, user_id, communication_type, direction, subject, content, status, scheduled_at)
		select ${ids(40_000_000)}, ${id}, ${ids(20_000_000)}, ${ids(10_000_000)}, 'email', 'outbound', '${slug} subject ' || n, '${slug} content ' || n,
			(array['completed', 'scheduled'])[1 + n % 2]::communication_status_enum, now() + interval '1 year' ${each};
		insert into campaigns (id, organization_id, name, created_by)
		select ${ids(50_000_000)}, ${id}, '${slug} campaign ' || n, ${ids(10_000_000)} ${each};
		insert into campaign_leads (id, organization_id, campaign_id, lead_id)
		select ${ids(60_000_000)}, ${id}, ${ids(50_000_000)}, ${ids(20_000_000)} ${each};
		insert into integrations (id, organization_id, name, integration_type)
		select ${ids(70_000_000)}, ${id}, '${slug} integration ' || n, 'n8n' ${each};
		insert into workflows (id, organization_id, n8n_workflow_id, name, integration_id)
		select ${ids(80_000_000)}, ${id}, '${slug}-workflow-' || n, '${slug} workflow ' || n, case when n % 2 = 0 then ${ids(70_000_000)} end ${each};
		insert into scoring_rules (id, organization_id, name, field, operator, points)
		select ${ids(90_000_000)}, ${id}, '${slug} rule ' || n, 'company', 'isSet', 5 ${each};
		insert into custom_field_definitions (id, organization_id, key, label)
		select ${ids(95_000_000)}, ${id}, '${slug} field ' || n, '${slug} label ' || n ${each};
		insert into pipeline_labels (organization_id, kind, value, label, position)
		values (${id}, 'status', 'NEW', '${slug} new', 0), (${id}, 'source', 'EVENT', '${slug} fair', 0);
		insert into suppressions (id, organization_id, communication_type, lead_id)
		select ${ids(97_000_000)}, ${id}, 'linkedin', ${ids(20_000_000)} ${each};
		insert into assignment_rotations (organization_id, pool_key, last_user_id) values (${id}, '${slug} team', ${10_000_002 + offset});
		insert into communication_attempts (communication_id, epoch, organization_id, schedule_version, idempotency_key)
		values (${40_000_002 + offset}, 1, ${id}, 1, '${slug}-key-1');
		insert into lma.event_subscriptions (organization_id, name, event_types, cursor_transaction, cursor_id)
		values (${id}, '${slug} reader', array['lead.created'], '0', 0);`;
}
