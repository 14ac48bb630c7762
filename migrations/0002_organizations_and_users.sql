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

create unique index ix_organizations_slug on organizations (slug);
create index ix_organizations_name on organizations (name);
create index ix_organizations_id on organizations (id);

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

create unique index ix_users_email on users (email);
create unique index ix_users_username on users (username);
create index ix_users_id on users (id);
