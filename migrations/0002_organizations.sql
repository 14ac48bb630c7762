-- Organizations, their users, and the logins that are bound to one of them.

create type user_role_enum as enum ('ADMIN', 'MANAGER', 'SALES_REP', 'VIEWER');

create table organizations (
	id serial primary key,
	name varchar(255) not null,
	slug varchar(100) not null,
	description text,
	website varchar(255),
	industry varchar(100),
	size varchar(50),
	settings jsonb,
	subscription_tier varchar(50) not null default 'free',
	billing_email varchar(255),
	is_active boolean not null default true,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now()
);

comment on table organizations is 'The tenants. Every other row belongs to one of them.';
comment on index organizations_pkey is 'Serves the foreign keys to organizations and their row security.';

create unique index ix_organizations_slug on organizations (slug);
comment on index ix_organizations_slug is
	'Serves lma.use_organization(), which finds the organization of a credential by its slug.';

create index ix_organizations_name on organizations (name);
comment on index ix_organizations_name is 'Serves a platform that finds or lists organizations by name.';

create index ix_organizations_id on organizations (id);
comment on index ix_organizations_id is
	'Serves nothing that organizations_pkey does not; kept because the schema document names it.';

call lma.secure_table('public.organizations', 'id');
grant select on organizations to lma_app, lma_readonly;
grant select (id, name, slug, settings, billing_email, is_active) on organizations to lma_worker;

create trigger organizations_touch_updated_at before update on organizations
	for each row execute function lma.touch_updated_at();

create table users (
	id serial primary key,
	email varchar(255) not null,
	username varchar(100) not null,
	first_name varchar(100) not null,
	last_name varchar(100) not null,
	hashed_password varchar(255) not null,
	role user_role_enum not null default 'SALES_REP',
	is_active boolean not null default true,
	is_verified boolean not null default false,
	timezone varchar(50) not null default 'UTC',
	preferences jsonb not null default '{}',
	avatar_url varchar(500),
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	last_login timestamptz,
	organization_id integer references organizations (id),
	-- What the other tables point at, so that nobody can name a user of another organization.
	constraint users_organization_id_id_key unique (organization_id, id)
);

comment on table users is
	'The people of an organization: owners of leads, authors of notes. They log in to another program, not to PostgreSQL.';
comment on index users_pkey is 'Serves joins to the user and finding one by id.';
comment on index users_organization_id_id_key is
	'Serves the foreign keys that name a user together with the organization, and counting its users.';

-- A policy compares with an organization that the planner does not know, and it takes the average one: of 2,000 with a
-- million leads, 500. For one with half of all rows it then reads all of its entries in some index before it looks at
-- the lead or the user that was asked for. Told that there are two organizations, it takes each for a large one: a condition
-- on something else comes first, and an index that starts with the organization serves small ones all the same. So it is
-- for every large table.
alter table users alter column organization_id set (n_distinct = 2);

create unique index ix_users_email on users (email);
comment on index ix_users_email is
	'Serves the promise that an e-mail address belongs to one user, and logging in by it.';

create unique index ix_users_username on users (username);
comment on index ix_users_username is
	'Serves the promise that a user name belongs to one user, and logging in by it.';

create index ix_users_id on users (id);
comment on index ix_users_id is 'Serves nothing that users_pkey does not; kept because the schema document names it.';

create index idx_users_org_name on users (organization_id, last_name, first_name, id);
comment on index idx_users_org_name is 'Serves the list of an organization''s users by name.';

create index idx_users_org_sales_reps on users (organization_id, id)
	where is_active and role = 'SALES_REP';
comment on index idx_users_org_sales_reps is
	'Serves the choice among active sales representatives when leads are assigned.';

call lma.secure_table('public.users');
-- Never hashed_password.
grant select (
	id, email, username, first_name, last_name, role, is_active, is_verified, timezone, preferences,
	avatar_url, created_at, updated_at, last_login, organization_id
) on users to lma_app, lma_readonly;
grant select (
	id, email, first_name, last_name, role, is_active, timezone, organization_id
) on users to lma_worker;

create trigger users_touch_updated_at before update on users
	for each row execute function lma.touch_updated_at();

-- Only its owner reads the table of logins; lma.current_organization_id() answers for it.
create table lma.tenant_logins (
	login name primary key,
	organization_id integer not null references public.organizations (id) on delete cascade,
	created_at timestamptz not null default now()
);

comment on table lma.tenant_logins is 'Which organization a PostgreSQL login in lma_tenant is bound to.';
comment on index lma.tenant_logins_pkey is 'Serves row security, which asks for the organization of a tenant login.';

create index ix_tenant_logins_organization_id on lma.tenant_logins (organization_id);
comment on index lma.ix_tenant_logins_organization_id is 'Serves deleting an organization with its logins.';

alter table lma.tenant_logins enable row level security;
alter table lma.tenant_logins force row level security;
create policy owner on lma.tenant_logins to lma_owner using (true) with check (true);
