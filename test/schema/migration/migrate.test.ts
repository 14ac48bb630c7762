import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { migrate } from '../../../schema/migration/migrate';
import { migrationsFolder } from '../../../schema/migration/files';
import { withDatabase } from '../../setup/template';

const DOCUMENTED_COLUMNS = {
	users:
		'id email username first_name last_name hashed_password role is_active is_verified timezone preferences avatar_url created_at updated_at last_login organization_id',
	organizations:
		'id name slug description website industry size settings subscription_tier billing_email is_active created_at updated_at',
	leads:
		'id email first_name last_name company job_title phone website linkedin_url lead_temperature expected_close_date last_engagement_date status source score value notes tags custom_fields first_contacted_at last_contacted_at created_at updated_at organization_id assigned_to_id',
	communications:
		'id lead_id user_id communication_type direction subject content status scheduled_at completed_at comm_metadata created_at updated_at',
	campaigns:
		'id organization_id name description campaign_type status target_criteria start_date end_date budget_allocated budget_spent goals created_by created_at updated_at',
	workflows:
		'id organization_id n8n_workflow_id name description category trigger_type trigger_conditions configuration is_active created_by created_at updated_at',
};

const DOCUMENTED_INDEXES = {
	ix_users_email: 'email',
	ix_users_username: 'username',
	ix_users_id: 'id',
	ix_organizations_slug: 'slug',
	ix_organizations_name: 'name',
	ix_organizations_id: 'id',
	ix_leads_email: 'email',
	ix_leads_company: 'company',
	ix_leads_status: 'status',
	ix_leads_source: 'source',
	idx_leads_org_status_score: 'organization_id status score',
	idx_leads_assigned_status: 'assigned_to_id status',
	idx_leads_score_temp: 'score lead_temperature',
	idx_leads_created_org: 'organization_id created_at id',
	idx_leads_org_email: 'organization_id email_key',
	idx_communications_lead_type_date: 'lead_id communication_type created_at',
	idx_communications_scheduled_status: 'scheduled_at status',
	idx_activity_logs_lead_type_date: 'lead_id activity_type created_at',
	idx_campaign_leads_campaign_status: 'campaign_id status',
	idx_workflows_org_active: 'organization_id is_active',
};

describe('lma migrate', () => {
	const { adminUrl, prefix } = inject('cluster');
	const name = `${prefix}_migrate`;
	const url = withDatabase(adminUrl, name);
	let admin: postgres.Sql;
	let sql: postgres.Sql;

	beforeAll(async () => {
		admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
		await admin`create database ${admin(name)}`;
		sql = postgres(url, { max: 2, onnotice: () => undefined });
	});
	afterAll(async () => {
		await sql.end();
		await admin`drop database ${admin(name)} with (force)`;
		await admin.end();
	});

	it('brings an empty database to the schema once, when two processes start it at the same moment', async () => {
		const results = await Promise.all([migrate(url), migrate(url)]);
		const applied = results.map((result) => result.applied.length).sort((a, b) => a - b);
		expect(applied[0]).toBe(0);
		expect(applied[1]).toBeGreaterThan(10);
	});

	it('finds nothing to do the second time and says how many there were', async () => {
		const steps: string[] = [];
		const result = await migrate(url, { onStep: (step) => steps.push(step) });
		expect(result.applied).toEqual([]);
		expect(steps).toEqual([]);
		expect(result.alreadyApplied).toBeGreaterThan(10);
	});

	it('has every documented column, in the documented order, ours behind them', async () => {
		for (const [table, columns] of Object.entries(DOCUMENTED_COLUMNS)) {
			const rows = await sql<{ columnName: string }[]>`
				select column_name as "columnName"
				from information_schema.columns
				where table_schema = 'public' and table_name = ${table}
				order by ordinal_position`;
			const documented = columns.split(' ');
			expect(rows.map((row) => row.columnName).slice(0, documented.length), table).toEqual(documented);
		}
	});

	it('has every documented index on the columns its name says', async () => {
		const rows = await sql<{ name: string; columns: string }[]>`
			select c.relname as name, string_agg(a.attname, ' ' order by k.position) as columns
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			cross join lateral unnest(i.indkey) with ordinality as k(attnum, position)
			join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
			group by c.relname`;
		const found = Object.fromEntries(rows.map((row) => [row.name, row.columns]));
		expect(found).toMatchObject(DOCUMENTED_INDEXES);
	});

	it('has an index behind every foreign key', async () => {
		const missing = await sql`
			select conrelid::regclass::text as table, conname
			from pg_constraint f
			where contype = 'f'
				and connamespace = 'public'::regnamespace
				and not exists (
					select
					from pg_index i
					where i.indrelid = f.conrelid
						-- The first column of the index is one of the key's, and narrows it to few rows.
						and (i.indkey::int2[])[0] = any(f.conkey)
				)`;
		expect(missing).toEqual([]);
	});

	it('belongs to lma_owner, who can neither log in nor go around row security', async () => {
		const owners = await sql`
			select distinct pg_get_userbyid(relowner) as owner
			from pg_class
			where relnamespace in ('public'::regnamespace, 'lma'::regnamespace)`;
		expect(owners).toEqual([{ owner: 'lma_owner' }]);
		const roles = await sql`
			select rolname
			from pg_roles
			where rolname like 'lma\\_%' and rolname in ('lma_owner', 'lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly')
				and (rolcanlogin or rolbypassrls or rolsuper)`;
		expect(roles).toEqual([]);
	});

	it('accepts the inserts of a client written for the schema document', async () => {
		await sql.begin(async (tx) => {
			await tx`insert into organizations (name, slug) values ('Doc', 'doc')`;
			await tx`
				insert into users (email, username, first_name, last_name, hashed_password, organization_id)
				values ('rep@doc.test', 'rep', 'R', 'Ep', 'hash', (select id from organizations where slug = 'doc'))`;
			await tx`
				insert into leads (email, first_name, last_name, organization_id, assigned_to_id)
				select 'lead@doc.test', 'L', 'Ead', organization_id, id from users where username = 'rep'`;
			await tx`
				insert into communications (lead_id, user_id, communication_type, direction)
				select id, assigned_to_id, 'email', 'outbound' from leads where email = 'lead@doc.test'`;
			await tx`
				insert into campaigns (organization_id, name)
				select id, 'Autumn' from organizations where slug = 'doc'`;
			await tx`
				insert into workflows (organization_id, n8n_workflow_id, name)
				select id, 'wf-1', 'Intake' from organizations where slug = 'doc'`;
			const [communication] = await tx`
				select status, organization_id = (select id from organizations where slug = 'doc') as belongs
				from communications`;
			expect(communication).toEqual({ status: 'completed', belongs: true });
			const [campaign] = await tx`select status from campaigns`;
			expect(campaign).toEqual({ status: 'draft' });
		});
	});

	it('lets others go on while it waits for a table, and goes on when it is free', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'lma-migrations-'));
		const holder = postgres(url, { max: 2, onnotice: () => undefined });
		try {
			await cp(migrationsFolder(), folder, { recursive: true });
			await writeFile(
				path.join(folder, '9998_column.sql'),
				'alter table workflows add column waited integer;',
			);
			const held = await holder.reserve();
			await held`begin`;
			await held`select from workflows`;
			const { promise: waiting, resolve } = Promise.withResolvers<undefined>();
			const migrating = migrate(url, {
				folder,
				onStep: (step) => {
					if (step.startsWith('waiting for a table')) resolve(undefined);
				},
			});
			await waiting;
			await holder`select from workflows`;
			await held`commit`;
			held.release();
			expect((await migrating).applied).toEqual(['9998_column']);
			await holder`alter table workflows drop column waited`;
			await holder`delete from lma.migrations where name = '9998_column'`;
		} finally {
			await holder.end();
			await rm(folder, { recursive: true });
		}
	});

	it('keeps nothing of a migration that fails, and says which one it was', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'lma-migrations-'));
		try {
			await cp(migrationsFolder(), folder, { recursive: true });
			await writeFile(
				path.join(folder, '9999_breaks.sql'),
				'create table half_done (id int); select no_such_function();',
			);
			await expect(migrate(url, { folder })).rejects.toThrow(/9999_breaks.*no_such_function/s);
			await writeFile(path.join(folder, '9999_breaks.sql'), "select 'geheim'::int");
			const refused = await migrate(url, { folder }).catch((error: unknown) => error);
			expect(refused).toMatchObject({
				message: 'Migration 9999_breaks failed: SQLSTATE 22P02',
				cause: { code: '22P02' },
			});
			expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('geheim');
			const [left] = await sql`select to_regclass('public.half_done') as table`;
			expect(left).toEqual({ table: null });
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('is waited for by a process that comes later, also when the first one is killed', async () => {
		// Holds the lock of `lma migrate` in another process until it is killed.
		const holder = execFile(process.execPath, [
			'-e',
			`const { Client } = require('pg');
			(async () => {
				const client = new Client({ connectionString: ${JSON.stringify(url)} });
				await client.connect();
				await client.query("select pg_advisory_lock(hashtextextended('lma migrate', 0))");
				console.log('locked');
				setInterval(() => {}, 1000);
			})();`,
		]);
		await new Promise((resolve) => holder.stdout!.once('data', resolve));
		const steps: string[] = [];
		const waiting = migrate(url, {
			onStep: (step) => {
				steps.push(step);
				holder.kill('SIGKILL');
			},
		});
		expect((await waiting).applied).toEqual([]);
		expect(steps).toEqual(['waiting for another migration to finish']);
	});
});
