-- Who may see which organization.
--
-- A login in lma_app chooses its organization with lma.use_organization(), for the transaction. A tenant login (in
-- lma_tenant) is bound to one organization by lma.tenant_logins, whatever it sets; when its row there is gone it sees
-- nothing. No organization chosen means no rows, not all rows.
--
-- No organization learns from another: not by ids, not by unique keys (they start with the organization), not by who is
-- notified.
--
-- In all files: what a table, an index or a function is for is its comment in the database, where docs/database.md and
-- `lma doctor` read it; why it is as it is stands beside it. Of two indexes that cost the same, PostgreSQL takes the one that was
-- made last: their order in a file counts, and so does a key that is added behind them.

grant usage on schema lma to lma_app, lma_worker, lma_readonly;
grant usage on schema public to lma_app, lma_worker, lma_readonly;
-- Which version of the schema this is.
grant select on lma.migrations to lma_app, lma_worker, lma_readonly;
comment on table lma.migrations is 'Which migrations have run.';
comment on index lma.migrations_pkey is 'Serves the order of the migrations.';

-- A trigger function runs as its owner, and whoever may execute it can hang it on a table of their own: with a
-- temporary one a tenant could write and delete the events of another. Nobody needs the right to fire a trigger, so no
-- routine can be executed but by those whom it is granted to.
alter default privileges for role lma_owner revoke execute on routines from public;

-- Every function here fixes its search path, and lists pg_temp in it, last: an empty path leaves pg_temp in front for
-- relations and types, and whoever names a temporary type "text" or view "pg_class" would have it used.

-- The whole number in a setting, or null when it is empty. Raises LM002 when it holds anything else.
create function lma.id_setting(setting text) returns integer
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
	chosen text := nullif(current_setting(setting, true), '');
begin
	if chosen is null then
		return null;
	end if;
	if chosen ~ '^\d{1,10}$' and chosen::bigint <= 2147483647 then
		return chosen::integer;
	end if;
	raise exception using
		errcode = 'LM002',
		message = format('The setting %s is "%s", which is not an id', setting,
			case when length(chosen) > 20 then left(chosen, 20) || '…' else chosen end),
		hint = 'Call lma.use_organization(slug), which sets it, or set it to a whole number from 0 to 2147483647.';
end
$$;
comment on function lma.id_setting(text) is
	'A setting of the session as an id; a value that is not a number is an error, never another organization.';
grant execute on function lma.id_setting(text) to lma_app, lma_worker, lma_readonly;

-- The user who acts: the default of activity_logs.user_id.
create function lma.actor_id() returns integer
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select lma.id_setting('lma.actor_id') $$;
comment on function lma.actor_id() is 'The acting user, as recorded by lma.use_organization().';
grant execute on function lma.actor_id() to lma_app, lma_worker;

-- Members of lma_tenant, through other groups too. Having it only to give it to others, as the creator of a role has from
-- PostgreSQL 16 on, is no membership; neither is that a superuser may do everything. The first condition is the quick one.
create function lma.is_tenant_login() returns boolean
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	return pg_has_role(session_user, 'lma_tenant', 'member') and exists (
		with recursive membership as (
			select r.oid
			from pg_roles r
			where r.rolname = session_user
			union
			select m.roleid
			from membership
			join pg_auth_members m on m.member = membership.oid
			where coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
				or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
		)
		select
		from membership
		join pg_roles r on r.oid = membership.oid
		where r.rolname = 'lma_tenant'
	);
end
$$;
comment on function lma.is_tenant_login() is 'Whether the login is bound to one organization.';
grant execute on function lma.is_tenant_login() to lma_app, lma_readonly;

-- The organization whose rows the current transaction may touch, or null: then it sees no rows. Raises LM002 when the
-- setting is no id; a tenant login's setting is never looked at.
create function lma.current_organization_id() returns integer
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.is_tenant_login() then
		return (
			select t.organization_id
			from lma.tenant_logins t
			join public.organizations o on o.id = t.organization_id
			where t.login = session_user
				and o.is_active
		);
	end if;
	return lma.id_setting('lma.organization_id');
end
$$;
comment on function lma.current_organization_id() is
	'The organization whose rows the transaction may touch; for a tenant login, the one that the login is bound to.';
grant execute on function lma.current_organization_id() to lma_app, lma_readonly;

-- Chooses the organization for the rest of the transaction and records who acts. Raises LM001 when there is
-- no active organization with this slug, or when the login is bound to another one; LM003 when the actor is no user of it.
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
			message = format('Organization %s not found', use_organization.slug);
	end if;
	if use_organization.actor_id is not null and not exists (
		select
		from public.users u
		where u.organization_id = found_id
			and u.id = use_organization.actor_id
	) then
		raise exception using
			errcode = 'LM003',
			message = format('User %s does not belong to organization %s', use_organization.actor_id, use_organization.slug),
			hint = 'Name one of its users as the acting user, or none.';
	end if;
	perform set_config('lma.organization_id', found_id::text, true);
	perform set_config('lma.n8n_workflow_id', coalesce(use_organization.n8n_workflow_id, ''), true);
	perform set_config('lma.n8n_execution_id', coalesce(use_organization.n8n_execution_id, ''), true);
	perform set_config('lma.actor_id', coalesce(use_organization.actor_id::text, ''), true);
	return found_id;
end
$$;
comment on function lma.use_organization(text, text, text, integer) is
	'Chooses the organization for the rest of the transaction, and records who acts.';
grant execute on function lma.use_organization(text, text, text, integer) to lma_app, lma_readonly;

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

-- updated_at is kept by the database, whichever client writes.
create function lma.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	new.updated_at := now();
	return new;
end
$$;
