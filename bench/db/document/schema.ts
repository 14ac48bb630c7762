import type postgres from 'postgres';

/**
 * The tables of the schema document in a schema of their own, as the document writes them, with what it leaves out or
 * gets wrong settled in its favour: enum defaults that are labels, `lead_notes`, `activity_logs` and `campaign_leads`,
 * which it only names, and an index on every foreign key, which it promises. No row security: it gives no policy.
 */
const TABLES = `
	create table document.organizations (
		id serial primary key, name varchar(255) not null, slug varchar(100) not null, description text,
		website varchar(255), industry varchar(100), size varchar(50), settings jsonb,
		subscription_tier varchar(50) not null default 'free', billing_email varchar(255),
		is_active boolean not null default true,
		created_at timestamptz not null default now(), updated_at timestamptz not null default now()
	);
	create table document.users (
		id serial primary key, email varchar(255) not null, username varchar(100) not null,
		first_name varchar(100) not null, last_name varchar(100) not null, hashed_password varchar(255) not null,
		role user_role_enum not null default 'SALES_REP', is_active boolean not null default true,
		is_verified boolean not null default false, timezone varchar(50) not null default 'UTC',
		preferences jsonb not null default '{}', avatar_url varchar(500),
		created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
		last_login timestamptz, organization_id integer
	);
	create table document.leads (
		id serial primary key, email varchar(255) not null, first_name varchar(100) not null,
		last_name varchar(100) not null, company varchar(255), job_title varchar(100), phone varchar(50),
		website varchar(255), linkedin_url varchar(500), lead_temperature lead_temperature_enum not null default 'cold',
		expected_close_date date, last_engagement_date timestamptz, status lead_status_enum not null default 'NEW',
		source lead_source_enum not null default 'OTHER', score integer not null default 0, value integer, notes text,
		tags jsonb, custom_fields jsonb, first_contacted_at timestamptz, last_contacted_at timestamptz,
		created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
		organization_id integer not null, assigned_to_id integer
	);
	create table document.communications (
		id serial primary key, lead_id integer not null, user_id integer,
		communication_type communication_type_enum not null, direction communication_direction_enum not null,
		subject varchar(500), content text, status communication_status_enum not null default 'completed',
		scheduled_at timestamptz, completed_at timestamptz, comm_metadata jsonb not null default '{}',
		created_at timestamptz not null default now(), updated_at timestamptz not null default now()
	);
	create table document.lead_notes (
		id serial primary key, lead_id integer not null, user_id integer, content text not null,
		created_at timestamptz not null default now(), updated_at timestamptz not null default now()
	);
	create table document.campaigns (
		id serial primary key, organization_id integer not null, name varchar(255) not null, description text,
		campaign_type varchar(100), status campaign_status_enum not null default 'draft',
		target_criteria jsonb not null default '{}', start_date date, end_date date, budget_allocated integer,
		budget_spent integer not null default 0, goals jsonb not null default '{}', created_by integer,
		created_at timestamptz not null default now(), updated_at timestamptz not null default now()
	);
	create table document.campaign_leads (
		id serial primary key, campaign_id integer not null, lead_id integer not null,
		status varchar(50) not null default 'active', added_at timestamptz not null default now()
	);
	create table document.workflows (
		id serial primary key, organization_id integer not null, n8n_workflow_id varchar(255) not null,
		name varchar(255) not null, description text, category varchar(100), trigger_type varchar(100),
		trigger_conditions jsonb not null default '{}', configuration jsonb not null default '{}',
		is_active boolean not null default true, created_by integer,
		created_at timestamptz not null default now(), updated_at timestamptz not null default now()
	);
	create table document.activity_logs (
		id serial primary key, organization_id integer not null, lead_id integer, user_id integer,
		activity_type varchar(100) not null, activity_metadata jsonb not null default '{}',
		created_at timestamptz not null default now()
	);`;

/** The indexes that the document names, then the ones it promises without a name. */
export const DOCUMENT_INDEXES = [
	'unique index ix_users_email on document.users (email)',
	'unique index ix_users_username on document.users (username)',
	'index ix_users_id on document.users (id)',
	'unique index ix_organizations_slug on document.organizations (slug)',
	'index ix_organizations_name on document.organizations (name)',
	'index ix_organizations_id on document.organizations (id)',
	'index ix_leads_email on document.leads (email)',
	'index ix_leads_company on document.leads (company)',
	'index ix_leads_status on document.leads (status)',
	'index ix_leads_source on document.leads (source)',
	'index idx_leads_org_status_score on document.leads (organization_id, status, score desc)',
	'index idx_leads_assigned_status on document.leads (assigned_to_id, status) where assigned_to_id is not null',
	'index idx_leads_score_temp on document.leads (score desc, lead_temperature)',
	'index idx_leads_created_org on document.leads (organization_id, created_at desc)',
	'index idx_communications_lead_type_date on document.communications (lead_id, communication_type, created_at desc)',
	`index idx_communications_scheduled_status on document.communications (scheduled_at, status) where status = 'scheduled'`,
	'index idx_activity_logs_lead_type_date on document.activity_logs (lead_id, activity_type, created_at desc)',
	'index idx_campaign_leads_campaign_status on document.campaign_leads (campaign_id, status)',
	'index idx_workflows_org_active on document.workflows (organization_id, is_active) where is_active',
	'unique index ix_workflows_n8n_workflow_id on document.workflows (n8n_workflow_id)',
	'index ix_users_organization_id on document.users (organization_id)',
	'index ix_leads_organization_id on document.leads (organization_id)',
	'index ix_leads_assigned_to_id on document.leads (assigned_to_id)',
	'index ix_communications_lead_id on document.communications (lead_id)',
	'index ix_communications_user_id on document.communications (user_id)',
	'index ix_communications_communication_type on document.communications (communication_type)',
	'index ix_lead_notes_lead_id on document.lead_notes (lead_id)',
	'index ix_lead_notes_user_id on document.lead_notes (user_id)',
	'index ix_campaigns_organization_id on document.campaigns (organization_id)',
	'index ix_campaigns_created_by on document.campaigns (created_by)',
	'index ix_campaign_leads_lead_id on document.campaign_leads (lead_id)',
	'index ix_workflows_organization_id on document.workflows (organization_id)',
	'index ix_workflows_created_by on document.workflows (created_by)',
	'index ix_activity_logs_organization_id on document.activity_logs (organization_id)',
	'index ix_activity_logs_user_id on document.activity_logs (user_id)',
] as const;

/** Makes the schema with its tables, without indexes, owned by `owner`. */
export async function createDocumentTables(sql: postgres.Sql, owner: string): Promise<void> {
	await sql.unsafe(`create schema document authorization ${owner}`);
	await sql.unsafe(`grant usage on schema public to ${owner}`);
	await sql.begin(async (tx) => {
		await tx.unsafe(`set local search_path = public`);
		await tx.unsafe(TABLES);
	});
	const tables = await sql<{ tablename: string }[]>`
		select tablename
		from pg_tables
		where schemaname = 'document'`;
	for (const { tablename } of tables) await sql.unsafe(`alter table document.${tablename} owner to ${owner}`);
}
