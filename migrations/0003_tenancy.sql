-- Who may see which organization.
--
-- A login in lma_app chooses its organization with lma.use_organization(), for the transaction.
-- A tenant login (in lma_tenant) is bound to one organization by lma.tenant_logins, whatever it sets;
-- when its row there is gone it sees nothing.
create table lma.tenant_logins (
	login name primary key,
	organization_id integer not null references public.organizations (id) on delete cascade,
	created_at timestamptz not null default now()
);

create index ix_tenant_logins_organization_id on lma.tenant_logins (organization_id);

-- Every function here fixes its search path, and lists pg_temp in it, last: an empty path leaves pg_temp in front for
-- relations and types, and whoever names a temporary type "text" or view "pg_class" would have it used.
create function lma.is_tenant_login() returns boolean
language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
	-- Direct membership only: pg_has_role() calls a superuser a member of everything.
	select exists (
		select
		from pg_catalog.pg_auth_members m
		join pg_catalog.pg_roles member on member.oid = m.member
		join pg_catalog.pg_roles tenant on tenant.oid = m.roleid
		where tenant.rolname = 'lma_tenant'
			and member.rolname = session_user
	)
$$;

-- The organization whose rows the current transaction may touch, or null: then it sees no rows.
create function lma.current_organization_id() returns integer
language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
	select case
		when lma.is_tenant_login() then (
			select t.organization_id
			from lma.tenant_logins t
			where t.login = session_user
		)
		else nullif(pg_catalog.current_setting('lma.organization_id', true), '')::integer
	end
$$;

-- Chooses the organization for the rest of the transaction and records who acts. Raises LM001 when there is
-- no active organization with this slug, or when the login is bound to another one.
create function lma.use_organization(
	slug text,
	n8n_workflow_id text default null,
	n8n_execution_id text default null,
	actor_id integer default null
) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	found_id integer;
begin
	select o.id
	into found_id
	from public.organizations o
	where o.slug = use_organization.slug
		and o.is_active
		and (not lma.is_tenant_login() or o.id = lma.current_organization_id());
	if found_id is null then
		raise exception using
			errcode = 'LM001',
			message = pg_catalog.format('Organization %s not found', use_organization.slug);
	end if;
	perform pg_catalog.set_config('lma.organization_id', found_id::text, true);
	perform pg_catalog.set_config('lma.n8n_workflow_id', coalesce(use_organization.n8n_workflow_id, ''), true);
	perform pg_catalog.set_config('lma.n8n_execution_id', coalesce(use_organization.n8n_execution_id, ''), true);
	perform pg_catalog.set_config('lma.actor_id', coalesce(use_organization.actor_id::text, ''), true);
	return found_id;
end
$$;

-- Turns row security on for a table, for its owner too, and gives it the standard policies. Migrations that
-- make a table with tenant data call this.
create procedure lma.secure_table(secured regclass, organization_column name default 'organization_id')
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	execute pg_catalog.format('alter table %s enable row level security', secured);
	execute pg_catalog.format('alter table %s force row level security', secured);
	execute pg_catalog.format(
		'create policy tenant on %s to lma_app, lma_readonly
			using (%2$I = (select lma.current_organization_id()))
			with check (%2$I = (select lma.current_organization_id()))',
		secured, organization_column);
	execute pg_catalog.format('create policy worker on %s to lma_worker using (true) with check (true)', secured);
	execute pg_catalog.format('create policy owner on %s to lma_owner using (true) with check (true)', secured);
end
$$;

revoke all on function lma.is_tenant_login() from public;
revoke all on function lma.current_organization_id() from public;
revoke all on function lma.use_organization(text, text, text, integer) from public;
revoke all on procedure lma.secure_table(regclass, name) from public;
grant execute on function lma.is_tenant_login() to lma_app, lma_readonly;
grant execute on function lma.current_organization_id() to lma_app, lma_readonly;
grant execute on function lma.use_organization(text, text, text, integer) to lma_app, lma_readonly;
grant usage on schema lma to lma_app, lma_worker, lma_readonly;
grant usage on schema public to lma_app, lma_worker, lma_readonly;
-- Which version of the schema this is.
grant select on lma.migrations to lma_app, lma_worker, lma_readonly;

-- Only its owner reads the table of logins; the functions above answer for it.
alter table lma.tenant_logins enable row level security;
alter table lma.tenant_logins force row level security;
create policy owner on lma.tenant_logins to lma_owner using (true) with check (true);

call lma.secure_table('public.organizations', 'id');
call lma.secure_table('public.users');

grant select on organizations to lma_app, lma_readonly;
grant select (id, name, slug, settings, billing_email, is_active) on organizations to lma_worker;
-- Never hashed_password.
grant select (
	id, email, username, first_name, last_name, role, is_active, is_verified, timezone, preferences, avatar_url,
	created_at, updated_at, last_login, organization_id
) on users to lma_app, lma_readonly;
grant select (id, email, first_name, last_name, role, is_active, timezone, organization_id) on users to lma_worker;
