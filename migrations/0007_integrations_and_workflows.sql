create table integrations (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	name varchar(255) not null,
	integration_type varchar(100) not null,
	status integration_status_enum not null default 'active',
	-- Nothing secret: addresses, options.
	configuration jsonb not null default '{}',
	-- AES-256-GCM; only the worker can read it, and only with LMA_ENCRYPTION_KEY make sense of it.
	secret_ciphertext bytea,
	secret_key_id varchar(50),
	last_sync_at timestamptz,
	last_error text,
	created_by integer,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint integrations_organization_id_id_key unique (organization_id, id),
	constraint integrations_name_key unique (organization_id, integration_type, name),
	constraint integrations_created_by_same_organization foreign key (organization_id, created_by)
		references users (organization_id, id)
);

create index ix_integrations_created_by on integrations (created_by);

create table workflows (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	n8n_workflow_id varchar(255) not null,
	name varchar(255) not null,
	description text,
	category varchar(100),
	trigger_type varchar(100),
	trigger_conditions jsonb not null default '{}',
	configuration jsonb not null default '{}',
	is_active boolean not null default true,
	created_by integer,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	-- The n8n instance it lives in. Workflow ids are unique within one instance only.
	integration_id integer,
	constraint workflows_n8n_workflow_id_key unique nulls not distinct (integration_id, n8n_workflow_id),
	constraint workflows_created_by_same_organization foreign key (organization_id, created_by)
		references users (organization_id, id),
	constraint workflows_integration_same_organization foreign key (organization_id, integration_id)
		references integrations (organization_id, id)
);

create index idx_workflows_org_active on workflows (organization_id, is_active) where is_active;
create index ix_workflows_organization_id on workflows (organization_id, id);
create index ix_workflows_created_by on workflows (created_by);
create index ix_workflows_integration_id on workflows (integration_id);

-- What n8n last said of a workflow.
create table workflow_sync_states (
	workflow_id integer primary key references workflows (id) on delete cascade,
	organization_id integer not null references organizations (id) on delete cascade,
	remote_version_id text,
	remote_active_version_id text,
	is_archived boolean not null default false,
	remote_updated_at timestamptz,
	tags jsonb not null default '[]',
	content_hash text,
	last_seen_at timestamptz,
	missing_since timestamptz,
	last_error text
);

create index ix_workflow_sync_states_organization_id on workflow_sync_states (organization_id);

call lma.secure_table('public.integrations');
call lma.secure_table('public.workflows');
call lma.secure_table('public.workflow_sync_states');

grant select (
	id, organization_id, name, integration_type, status, configuration, last_sync_at, last_error, created_by,
	created_at, updated_at
) on integrations to lma_app, lma_readonly;
grant select on integrations to lma_worker;
grant update (status, last_sync_at, last_error, updated_at) on integrations to lma_worker;
grant select, insert, update, delete on workflows to lma_app;
grant usage on sequence workflows_id_seq to lma_app, lma_worker;
grant select on workflows, workflow_sync_states to lma_readonly;
grant select on workflow_sync_states to lma_app;
grant select, insert, update on workflows, workflow_sync_states to lma_worker;
