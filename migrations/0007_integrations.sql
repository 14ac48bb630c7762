-- What an organization is connected with: n8n instances, mail servers, webhooks.

create type integration_status_enum as enum ('active', 'inactive', 'error', 'expired');

create table integrations (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	name varchar(255) not null,
	integration_type varchar(100) not null,
	status integration_status_enum not null default 'active',
	-- Nothing secret: addresses, options.
	configuration jsonb not null default '{}',
	-- Encrypted with AES-256-GCM; only the worker can read it, and it needs LMA_ENCRYPTION_KEY to decrypt it.
	secret_ciphertext bytea,
	secret_key_id varchar(50),
	last_sync_at timestamptz,
	last_error text,
	created_by integer,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	sync_requested bigint not null default 0,
	sync_served bigint not null default 0,
	constraint integrations_organization_id_id_key unique (organization_id, id),
	constraint integrations_name_key unique (organization_id, integration_type, name),
	constraint integrations_created_by_same_organization foreign key (organization_id, created_by)
		references users (organization_id, id)
);

comment on table integrations is 'The n8n instances, mail servers and webhooks an organization is connected to.';
comment on column integrations.configuration is 'Addresses and options; nothing secret.';
comment on column integrations.secret_ciphertext is
	'Encrypted with AES-256-GCM; only the worker can read it, and it needs LMA_ENCRYPTION_KEY to decrypt it.';
comment on column integrations.secret_key_id is 'The id of the key it was encrypted with.';
comment on column integrations.sync_requested is 'How many times a scan of this n8n instance has been requested.';
comment on column integrations.sync_served is
	'The value of sync_requested when the last finished scan began; while it is lower than sync_requested, a scan is due.';
comment on index integrations_pkey is 'Serves finding an integration by id.';
comment on index integrations_organization_id_id_key is
	'Serves the foreign key of workflows, which names an integration together with the organization.';
comment on index integrations_name_key is
	'Serves connecting the same thing again, which changes it, and finding the webhook of an organization.';

create index ix_integrations_created_by on integrations (created_by);
comment on index ix_integrations_created_by is 'Serves deleting a user who created integrations.';

create index idx_integrations_org_broken on integrations (organization_id, id)
	where status <> 'active';
comment on index idx_integrations_org_broken is
	'Serves the connections of an organization that are broken or switched off.';

call lma.secure_table('public.integrations');
grant select on integrations to lma_worker;
grant select (
	id, organization_id, name, integration_type, status, configuration, last_sync_at, last_error, created_by,
	created_at, updated_at, sync_requested, sync_served
) on integrations to lma_app, lma_readonly;
grant update (status, last_sync_at, last_error, updated_at, sync_served) on integrations to lma_worker;

create trigger integrations_touch_updated_at before update on integrations
	for each row execute function lma.touch_updated_at();
