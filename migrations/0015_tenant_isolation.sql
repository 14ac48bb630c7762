-- No organization learns from another: not by ids, not by unique keys, not by who is notified.

-- Which organization a session acts for.

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
		message = format('The setting %s is "%s", which is no id', setting,
			case when length(chosen) > 20 then left(chosen, 20) || '…' else chosen end),
		hint = 'Call lma.use_organization(slug), which sets it, or set it to a whole number from 0 to 2147483647.';
end
$$;

create or replace function lma.actor_id() returns integer
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$ select lma.id_setting('lma.actor_id') $$;

-- Members of lma_tenant, through other groups too. Having it only to give it to others, as the creator of a role has from
-- PostgreSQL 16 on, is no membership; neither is that a superuser may do everything. The first condition is the quick one.
create or replace function lma.is_tenant_login() returns boolean
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

-- The organization whose rows the current transaction may touch, or null: then it sees no rows. Raises LM002 when the
-- setting is no id; a tenant login's setting is never looked at.
create or replace function lma.current_organization_id() returns integer
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

-- Chooses the organization for the rest of the transaction and records who acts. Raises LM001 when there is
-- no active organization with this slug, or when the login is bound to another one; LM003 when the actor is no user of it.
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
			message = format('User %s is no user of organization %s', use_organization.actor_id, use_organization.slug),
			hint = 'Name one of its users as the one who acts, or nobody.';
	end if;
	perform set_config('lma.organization_id', found_id::text, true);
	perform set_config('lma.n8n_workflow_id', coalesce(use_organization.n8n_workflow_id, ''), true);
	perform set_config('lma.n8n_execution_id', coalesce(use_organization.n8n_execution_id, ''), true);
	perform set_config('lma.actor_id', coalesce(use_organization.actor_id::text, ''), true);
	return found_id;
end
$$;

revoke all on function lma.id_setting(text) from public;
grant execute on function lma.id_setting(text) to lma_app, lma_worker, lma_readonly;

-- Unique keys start with the organization: "exists already" is said of its own rows only.

alter table campaign_leads
	drop constraint campaign_leads_campaign_id_lead_id_key,
	add constraint campaign_leads_campaign_id_lead_id_key unique (organization_id, campaign_id, lead_id);
alter table workflows
	drop constraint workflows_n8n_workflow_id_key,
	add constraint workflows_n8n_workflow_id_key unique nulls not distinct (organization_id, integration_id, n8n_workflow_id);
comment on index campaign_leads_campaign_id_lead_id_key
	is 'Serves that a lead is in a campaign once, and the members of a campaign of an organization.';
comment on index workflows_n8n_workflow_id_key
	is 'Serves the workflow of an n8n instance by its id in n8n, and that it is stored once.';

-- Attempts and sync states, too, name a row of their own organization, or none.

drop index ix_communications_organization_id;
create unique index ix_communications_organization_id on communications (organization_id, id);
drop index ix_workflows_organization_id;
create unique index ix_workflows_organization_id on workflows (organization_id, id);
drop index ix_communication_attempts_organization_id;
create index ix_communication_attempts_organization_id on communication_attempts (organization_id, communication_id);
drop index ix_workflow_sync_states_organization_id;
create index ix_workflow_sync_states_organization_id on workflow_sync_states (organization_id, workflow_id);
alter table communication_attempts
	drop constraint communication_attempts_communication_id_fkey,
	add constraint communication_attempts_communication_same_organization foreign key (organization_id, communication_id)
		references communications (organization_id, id) on delete cascade;
alter table workflow_sync_states
	drop constraint workflow_sync_states_workflow_id_fkey,
	add constraint workflow_sync_states_workflow_same_organization foreign key (organization_id, workflow_id)
		references workflows (organization_id, id) on delete cascade;

-- The other keys are ids, which span organizations. Nodes and tenant logins leave them to the defaults, so that an id that
-- is taken elsewhere tells nothing; and no row moves to another organization.
do $$
declare
	written regclass;
	every_column text;
begin
	foreach written in array array[
		'leads', 'lead_notes', 'campaigns', 'campaign_leads', 'workflows', 'scoring_rules', 'assignment_rotations'
	]::regclass[]
	loop
		select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
		into every_column
		from pg_attribute a
		where a.attrelid = written
			and a.attnum > 0
			and not a.attisdropped
			and a.attgenerated = ''
			and a.attname not in ('id', 'organization_id');
		execute format('revoke insert, update on %s from lma_app', written);
		execute format('grant insert (organization_id, %2$s), update (%2$s) on %1$s to lma_app', written, every_column);
	end loop;
end
$$;
revoke insert (id) on communications from lma_app;

-- Whom to tell of changes. A channel with a known name could be listened to by any login of the server, which would then
-- know when others work; these names cannot be guessed, and row security keeps each for whom it is meant.

create table lma.event_channels (
	organization_id integer primary key references public.organizations (id) on delete cascade,
	channel text not null default 'lma_' || replace(gen_random_uuid()::text, '-', '')
);
comment on table lma.event_channels is 'The NOTIFY channel on which an organization is told that its events grew.';
comment on index lma.event_channels_pkey is 'Serves the channel of an organization.';

create table lma.worker_channels (
	name text primary key,
	channel text not null default 'lma_' || replace(gen_random_uuid()::text, '-', '')
);
comment on table lma.worker_channels is 'The NOTIFY channels of the worker: dispatch, when something is due.';
comment on index lma.worker_channels_pkey is 'Serves a channel of the worker by its name.';

call lma.secure_table('lma.event_channels');
grant select on lma.event_channels to lma_app, lma_readonly;
alter table lma.worker_channels enable row level security;
alter table lma.worker_channels force row level security;
create policy worker on lma.worker_channels for select to lma_worker using (true);
create policy owner on lma.worker_channels to lma_owner using (true) with check (true);
grant select on lma.worker_channels to lma_worker;

create function lma.make_event_channel() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into lma.event_channels (organization_id)
	values (new.id)
	on conflict do nothing;
	return null;
end
$$;

create trigger organizations_make_event_channel after insert on organizations
	for each row execute function lma.make_event_channel();

-- Restoring data alone brings the channels along, after the trigger has made new ones.
create function lma.keep_event_channel() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if exists (select from lma.event_channels c where c.organization_id = new.organization_id) then
		return null;
	end if;
	return new;
end
$$;

create trigger event_channels_keep before insert on lma.event_channels
	for each row execute function lma.keep_event_channel();

insert into lma.event_channels (organization_id)
select id
from organizations;
insert into lma.worker_channels (name)
values ('dispatch');

-- Wakes the readers of these organizations' events, once per transaction.
create function lma.notify_events(organization_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify(c.channel, '')
	from lma.event_channels c
	where c.organization_id = any(organization_ids);
end
$$;

-- Wakes the workers that listen on the channel of this name, once per transaction.
create function lma.notify_worker(worker_channel text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify(c.channel, '')
	from lma.worker_channels c
	where c.name = worker_channel;
end
$$;

revoke all on function lma.notify_events(integer[]), lma.notify_worker(text) from public;

-- The functions that log changes, with these channels; the actor is read once per statement, not once per row.

create or replace function lma.log_leads_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.leads');
	end if;
	insert into public.activity_logs (organization_id, lead_id, user_id, activity_type, activity_metadata)
	select organization_id, id, (select lma.actor_id()), 'lead.created', jsonb_build_object('after', jsonb_build_object(
		'status', status, 'source', source, 'score', score, 'lead_temperature', lead_temperature,
		'assigned_to_id', assigned_to_id))
	from created;
	if found then
		perform lma.notify_events(array(select distinct organization_id from created));
	end if;
	return null;
end
$$;

-- By execute, here and below: a plan kept from a change of one lead would compare each of ten thousand with every other.
create or replace function lma.log_leads_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, activity_type, activity_metadata)
		select n.organization_id, n.id, (select lma.actor_id()), event.activity_type,
			jsonb_build_object('before', event.before, 'after', event.after)
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select 'lead.scored' as activity_type,
				jsonb_build_object('score', o.score) as before,
				jsonb_build_object('score', n.score) as after
			where n.score <> o.score
			union all
			select 'lead.temperatureChanged',
				jsonb_build_object('lead_temperature', o.lead_temperature),
				jsonb_build_object('lead_temperature', n.lead_temperature)
			where n.lead_temperature <> o.lead_temperature
			union all
			select 'lead.statusChanged', jsonb_build_object('status', o.status), jsonb_build_object('status', n.status)
			where n.status <> o.status
			union all
			select 'lead.assigned',
				jsonb_build_object('assigned_to_id', o.assigned_to_id),
				jsonb_build_object('assigned_to_id', n.assigned_to_id)
			where n.assigned_to_id is distinct from o.assigned_to_id
			union all
			select 'lead.updated', lma.changed_values(r.old_row, r.new_row), lma.changed_values(r.new_row, r.old_row)
			from (
				select
					to_jsonb(o) - lma.quiet_lead_columns() as old_row,
					to_jsonb(n) - lma.quiet_lead_columns() as new_row
			) r
			where (o.email, o.first_name, o.last_name, o.company, o.job_title, o.phone, o.website, o.linkedin_url,
					o.expected_close_date, o.source, o.value, o.notes, o.tags, o.custom_fields)
				is distinct from (n.email, n.first_name, n.last_name, n.company, n.job_title, n.phone, n.website,
					n.linkedin_url, n.expected_close_date, n.source, n.value, n.notes, n.tags, n.custom_fields)
		) event
	$sql$;
	get diagnostics logged = row_count;
	if logged > 0 then
		perform lma.notify_events(array(select distinct organization_id from after_rows));
	end if;
	return null;
end
$$;

-- The lead's own history goes with it; what stays says that it was there, and no more.
create or replace function lma.log_leads_deleted() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	execute $sql$
		delete from public.activity_logs a
		using deleted d
		where a.lead_id = d.id
	$sql$;
	insert into public.activity_logs (organization_id, user_id, activity_type, activity_metadata)
	select d.organization_id, (select lma.actor_id()), 'lead.deleted', jsonb_build_object('before', jsonb_build_object('id', d.id))
	from deleted d
	join public.organizations o on o.id = d.organization_id;
	if found then
		perform lma.notify_events(array(select distinct organization_id from deleted));
	end if;
	return null;
end
$$;

-- Moves the contact dates of leads on to cover these contacts: one element per contact in each of the arrays. Planned
-- anew for the number of them each time.
create function lma.update_contact_dates(
	lead_ids integer[],
	directions public.communication_direction_enum[],
	contacted_at timestamptz[]
) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	execute $sql$
		with contact as (
			select c.lead_id,
				min(c.contacted_at) filter (where c.direction = 'outbound') as first_contact,
				max(c.contacted_at) filter (where c.direction = 'outbound') as last_contact,
				max(c.contacted_at) filter (where c.direction = 'inbound') as engagement
			from unnest($1, $2, $3) as c(lead_id, direction, contacted_at)
			group by c.lead_id
		), locked as (
			-- In one order, so that two bulk writes cannot wait for each other.
			select l.id
			from public.leads l
			where l.id in (select lead_id from contact)
			order by l.id
			for no key update
		)
		update public.leads l
		set first_contacted_at = least(l.first_contacted_at, c.first_contact),
			last_contacted_at = greatest(l.last_contacted_at, c.last_contact),
			last_engagement_date = greatest(l.last_engagement_date, c.engagement)
		from contact c
		join locked on locked.id = c.lead_id
		where l.id = c.lead_id
	$sql$
	using lead_ids, directions, contacted_at;
end
$$;

revoke all on function lma.update_contact_dates(integer[], public.communication_direction_enum[], timestamptz[])
	from public;

create or replace function lma.log_communications_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.communications');
	end if;
	insert into public.activity_logs (organization_id, lead_id, user_id, communication_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), id,
		case status when 'scheduled' then 'communication.scheduled' else 'communication.logged' end,
		jsonb_build_object('after', jsonb_build_object(
			'communication_type', communication_type, 'direction', direction, 'status', status,
			'scheduled_at', scheduled_at, 'completed_at', completed_at))
	from created;
	if not found then
		return null;
	end if;
	perform lma.notify_events(array(select distinct organization_id from created));
	if exists (select from created where dispatch_at is not null) then
		perform lma.notify_worker('dispatch');
	end if;
	perform lma.update_contact_dates(
		array_agg(lead_id), array_agg(direction), array_agg(coalesce(completed_at, created_at)))
	from created
	where status = 'completed'
	having count(*) > 0;
	return null;
end
$$;

create or replace function lma.log_communications_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, communication_id, activity_type, activity_metadata)
		select n.organization_id, n.lead_id, coalesce((select lma.actor_id()), n.user_id), n.id,
			'communication.' || n.status,
			jsonb_build_object(
				'before', jsonb_build_object('status', o.status, 'scheduled_at', o.scheduled_at),
				'after', jsonb_build_object(
					'communication_type', n.communication_type, 'status', n.status, 'scheduled_at', n.scheduled_at,
					'completed_at', n.completed_at, 'failure_reason', n.failure_reason))
		from after_rows n
		join before_rows o on o.id = n.id
		where n.status <> o.status
			or (n.status = 'scheduled' and n.schedule_version <> o.schedule_version)
	$sql$;
	get diagnostics logged = row_count;
	if logged = 0 then
		return null;
	end if;
	perform lma.notify_events(array(select distinct organization_id from after_rows));
	if exists (select from after_rows where status = 'scheduled' and dispatch_at is not null) then
		perform lma.notify_worker('dispatch');
	end if;
	execute $sql$
		select lma.update_contact_dates(
			array_agg(n.lead_id), array_agg(n.direction), array_agg(coalesce(n.completed_at, n.created_at)))
		from after_rows n
		join before_rows o on o.id = n.id
		where n.status = 'completed'
			and o.status <> 'completed'
		having count(*) > 0
	$sql$;
	return null;
end
$$;

create or replace function lma.log_campaign_leads_added() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into public.activity_logs (organization_id, lead_id, user_id, campaign_id, activity_type, activity_metadata)
	select organization_id, lead_id, (select lma.actor_id()), campaign_id, 'campaign.leadAdded',
		jsonb_build_object('after', jsonb_build_object('campaign_id', campaign_id, 'status', status))
	from added;
	if found then
		perform lma.notify_events(array(select distinct organization_id from added));
	end if;
	return null;
end
$$;
