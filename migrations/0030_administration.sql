-- What an administrator keeps in order: one user for an address, how an organization calls the places of its pipeline, and what a
-- credential of an organization that was deactivated is told.

do $$
declare
	shared text;
begin
	select string_agg(g.ids, '; ' order by g.first_id)
	into shared
	from (
		select string_agg(u.id::text, ', ' order by u.id) as ids, min(u.id) as first_id
		from users u
		group by lower(u.email)
		having count(*) > 1
		order by min(u.id)
		limit 20
	) g;
	if shared is not null then
		raise exception using
			errcode = 'LM005',
			message = format('These users have the same e-mail address but for letter case, which one alone may have: %s. '
				'Give all but one of each group another address in users.email', shared);
	end if;
end
$$;

-- As email_key of leads: a comparison of lower(email) finds no index under row security.
alter table users add column email_key text generated always as (lower(email)) stored;
comment on column users.email_key is 'The address in lower case: letter case makes no other user.';

create unique index ix_users_email_key on users (email_key);
comment on index ix_users_email_key is
	'Serves the promise that an address belongs to one user whatever its letter case, and finding a user by it.';

grant select (email_key) on users to lma_app, lma_readonly;

-- The values themselves are fixed: rows, programs and workflows go by them. A value without a row here has its standard
-- name and place.
create table pipeline_labels (
	organization_id integer not null references organizations (id) on delete cascade,
	-- The column of leads that the value is of.
	kind text not null,
	value varchar(50) not null,
	label varchar(100) not null,
	label_key text generated always as (lower(label)) stored,
	position integer not null,
	is_hidden boolean not null default false,
	primary key (organization_id, kind, value),
	constraint pipeline_labels_label_key unique (organization_id, kind, label_key),
	constraint pipeline_labels_kind_known check (kind in ('status', 'source', 'leadTemperature')),
	constraint pipeline_labels_label_usable check (label = btrim(label) and label <> '' and label !~ '[[:cntrl:]]'),
	constraint pipeline_labels_position_in_range check (position between 0 and 1000)
);

comment on table pipeline_labels is
	'What an organization calls the statuses, sources and temperatures of leads, in which order, and which it does not use.';
comment on column pipeline_labels.kind is 'The field of a lead: status, source or leadTemperature.';
comment on column pipeline_labels.value is 'The value in the column of leads.';
comment on column pipeline_labels.is_hidden is
	'Lists to choose from leave it out; what has the value keeps it, and it can still be given.';
comment on index pipeline_labels_pkey is 'Serves the labels of an organization.';
comment on index pipeline_labels_label_key is
	'Serves the promise that two values of an organization are not called the same.';

call lma.secure_table('public.pipeline_labels');
-- Written by `lma org pipeline` alone, as the owner.
grant select on pipeline_labels to lma_app, lma_worker, lma_readonly;

-- As before, and says so when the organization is there and deactivated: LM004. A tenant login learns that of its own alone.
create or replace function lma.use_organization(
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
	found_active boolean;
begin
	select o.id, o.is_active
	into found_id, found_active
	from public.organizations o
	where o.slug = use_organization.slug
		and (
			not lma.is_tenant_login()
			or exists (
				select
				from lma.tenant_logins t
				where t.login = session_user
					and t.organization_id = o.id
			)
		);
	if found_id is null then
		raise exception using
			errcode = 'LM001',
			message = format('Organization %s not found', use_organization.slug);
	end if;
	if not found_active then
		raise exception using
			errcode = 'LM004',
			message = format('Organization %s is deactivated', use_organization.slug);
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
