-- The audit trail is complete: every change to a lead, communication, assignment, campaign membership or note has its event, and
-- every event the clock of events. Bodies and subjects of communications and notes are kept out of it: their length says
-- that something changed, and what was written can be deleted without a copy staying behind.

create or replace function lma.log_leads_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.leads');
	end if;
	insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
	select organization_id, id, (select lma.actor_id()), (select lma.event_transaction_id()), 'lead.created',
		jsonb_build_object('after', jsonb_build_object(
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
		insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, n.id, (select lma.actor_id()), (select lma.event_transaction_id()), event.activity_type,
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

-- The lead's own history goes with it, from the archived months too; what stays says that it was there, and no more.
create or replace function lma.log_leads_deleted() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	part regclass;
begin
	for part in
		select 'public.activity_logs'::regclass
		union all
		select c.oid::regclass
		from pg_class c
		where c.relnamespace = 'lma_archive'::regnamespace
			and c.relkind = 'r'
	loop
		execute format('delete from %s a using deleted d where a.lead_id = d.id', part);
	end loop;
	insert into public.activity_logs (organization_id, user_id, transaction_id, activity_type, activity_metadata)
	select d.organization_id, (select lma.actor_id()), (select lma.event_transaction_id()), 'lead.deleted',
		jsonb_build_object('before', jsonb_build_object('id', d.id))
	from deleted d
	join public.organizations o on o.id = d.organization_id;
	if found then
		perform lma.notify_events(array(select distinct organization_id from deleted));
	end if;
	return null;
end
$$;

-- The events of inbound communications that answer: an outbound one had reached their lead before, and the last of those is
-- what they answer. One pass over what was said to each lead and its answers, in the order of time: a look for every answer
-- would read all of a lead's history ten thousand times for ten thousand answers.
create function lma.log_replies(communication_ids bigint[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	execute $sql$
		with reply as materialized (
			select c.*
			from public.communications c
			where c.id = any($1)
		), said as (
			select lead_id, coalesce(completed_at, created_at) as said_at, null::bigint as sent_id, id as reply_id,
				organization_id, user_id,
				jsonb_build_object(
					'communication_type', communication_type, 'direction', direction, 'status', status,
					'completed_at', completed_at) as after
			from reply
			union all
			select c.lead_id, coalesce(c.completed_at, c.created_at), c.id, null, null, null, null
			from public.communications c
			where c.lead_id = any(array(select distinct lead_id from reply))
				and c.direction = 'outbound'
				and c.status = 'completed'
		), counted as (
			-- What was sent at the very moment of the answer counts as before it.
			select *, count(sent_id) over (partition by lead_id order by said_at, sent_id nulls last) as nth
			from said
		), answered as (
			select *, max(sent_id) over (partition by lead_id, nth) as reply_to_id
			from counted
			where nth > 0
		)
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), reply_id,
			(select lma.event_transaction_id()), 'communication.replied',
			jsonb_build_object('after', after || jsonb_build_object('reply_to_id', reply_to_id))
		from answered
		where reply_id is not null
		order by reply_id
	$sql$
	using communication_ids;
end
$$;

create or replace function lma.log_communications_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.communications');
	end if;
	insert into public.activity_logs (
		organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), id, (select lma.event_transaction_id()),
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
	perform lma.log_replies(array_agg(id order by id))
	from created
	where status = 'completed'
		and direction = 'inbound'
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
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, n.lead_id, coalesce((select lma.actor_id()), n.user_id), n.id,
			(select lma.event_transaction_id()), event.activity_type, event.metadata
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select n.status <> o.status or (n.status = 'scheduled' and n.schedule_version <> o.schedule_version) as is_news,
				-- Leases and retries, in which the worker writes nothing else: not worth reading every body twice.
				n.status = o.status and n.schedule_version = o.schedule_version
					and (n.dispatch_epoch, n.dispatch_at, n.dispatch_started_at)
						is distinct from (o.dispatch_epoch, o.dispatch_at, o.dispatch_started_at) as is_dispatch
		) change
		cross join lateral (
			select case when change.is_dispatch then '{}' else
				array_remove(array[
					case when n.subject is distinct from o.subject then 'subject' end,
					case when n.content is distinct from o.content then 'content' end,
					case when n.user_id is distinct from o.user_id then 'user_id' end,
					case when n.communication_type <> o.communication_type then 'communication_type' end,
					case when n.direction <> o.direction then 'direction' end,
					case when n.lead_id <> o.lead_id then 'lead_id' end,
					case when not change.is_news and n.scheduled_at is distinct from o.scheduled_at then 'scheduled_at' end,
					case when not change.is_news and n.completed_at is distinct from o.completed_at then 'completed_at' end,
					case when not change.is_news and n.comm_metadata <> o.comm_metadata then 'comm_metadata' end
				], null)
			end as columns
		) edited
		cross join lateral (
			select 'communication.' || n.status as activity_type,
				jsonb_build_object(
					'before', jsonb_build_object('status', o.status, 'scheduled_at', o.scheduled_at),
					'after', jsonb_build_object(
						'communication_type', n.communication_type, 'status', n.status, 'scheduled_at', n.scheduled_at,
						'completed_at', n.completed_at, 'failure_reason', n.failure_reason)) as metadata
			where change.is_news
			union all
			select 'communication.updated',
				jsonb_build_object(
					'changed', edited.columns,
					'before', lma.changed_values(r.old_row, r.new_row),
					'after', lma.changed_values(r.new_row, r.old_row))
			from (
				select jsonb_build_object(
					'lead_id', o.lead_id, 'user_id', o.user_id, 'communication_type', o.communication_type,
					'direction', o.direction, 'scheduled_at', o.scheduled_at, 'completed_at', o.completed_at,
					'subject_length', length(o.subject), 'content_length', length(o.content)) as old_row,
				jsonb_build_object(
					'lead_id', n.lead_id, 'user_id', n.user_id, 'communication_type', n.communication_type,
					'direction', n.direction, 'scheduled_at', n.scheduled_at, 'completed_at', n.completed_at,
					'subject_length', length(n.subject), 'content_length', length(n.content)) as new_row
				where edited.columns <> '{}'
			) r
		) event
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
		select
			lma.update_contact_dates(
				array_agg(n.lead_id), array_agg(n.direction), array_agg(coalesce(n.completed_at, n.created_at))),
			lma.log_replies(array_agg(n.id order by n.id) filter (where n.direction = 'inbound'))
		from after_rows n
		join before_rows o on o.id = n.id
		where n.status = 'completed'
			and o.status <> 'completed'
		having count(*) > 0
	$sql$;
	return null;
end
$$;

-- Rows that go with their lead leave no event, as the lead's deletion says it all. Such a deletion comes here once for every
-- lead, so it is recognised by one look-up.
create function lma.goes_with_lead(lead_ids integer[]) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
	return cardinality(lead_ids) = 0
		or cardinality(lead_ids) = 1 and not exists (select from public.leads l where l.id = lead_ids[1]);
end
$$;

create function lma.log_communications_deleted() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.goes_with_lead(array(select distinct lead_id from deleted)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), d.id, (select lma.event_transaction_id()),
			'communication.deleted',
			jsonb_build_object('before', jsonb_build_object(
				'communication_type', d.communication_type, 'direction', d.direction, 'status', d.status,
				'scheduled_at', d.scheduled_at, 'completed_at', d.completed_at))
		from deleted d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from deleted));
	return null;
end
$$;

create or replace function lma.log_campaign_leads_added() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into public.activity_logs (
		organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, (select lma.actor_id()), campaign_id, (select lma.event_transaction_id()),
		'campaign.leadAdded',
		jsonb_build_object('after', jsonb_build_object('campaign_id', campaign_id, 'status', status))
	from added;
	if found then
		perform lma.notify_events(array(select distinct organization_id from added));
	end if;
	return null;
end
$$;

create function lma.log_campaign_leads_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, event.lead_id, (select lma.actor_id()), event.campaign_id,
			(select lma.event_transaction_id()), event.activity_type, event.metadata
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select 'campaign.leadStatusChanged' as activity_type, n.lead_id, n.campaign_id,
				jsonb_build_object(
					'before', jsonb_build_object('status', o.status),
					'after', jsonb_build_object('campaign_id', n.campaign_id, 'status', n.status)) as metadata
			where n.status <> o.status
				and (n.campaign_id, n.lead_id) = (o.campaign_id, o.lead_id)
			union all
			-- A membership that now says another lead or campaign is two changes.
			select 'campaign.leadRemoved', o.lead_id, o.campaign_id,
				jsonb_build_object('before', jsonb_build_object('campaign_id', o.campaign_id, 'status', o.status))
			where (n.campaign_id, n.lead_id) <> (o.campaign_id, o.lead_id)
			union all
			select 'campaign.leadAdded', n.lead_id, n.campaign_id,
				jsonb_build_object('after', jsonb_build_object('campaign_id', n.campaign_id, 'status', n.status))
			where (n.campaign_id, n.lead_id) <> (o.campaign_id, o.lead_id)
		) event
	$sql$;
	get diagnostics logged = row_count;
	if logged > 0 then
		perform lma.notify_events(array(select distinct organization_id from after_rows));
	end if;
	return null;
end
$$;

create function lma.log_campaign_leads_removed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.goes_with_lead(array(select distinct lead_id from removed)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), d.campaign_id, (select lma.event_transaction_id()),
			'campaign.leadRemoved',
			jsonb_build_object('before', jsonb_build_object('campaign_id', d.campaign_id, 'status', d.status))
		from removed d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from removed));
	return null;
end
$$;

create function lma.log_notes_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), (select lma.event_transaction_id()),
		'note.created',
		jsonb_build_object('after', jsonb_build_object('id', id, 'user_id', user_id, 'content_length', length(content)))
	from created;
	if found then
		perform lma.notify_events(array(select distinct organization_id from created));
	end if;
	return null;
end
$$;

create function lma.log_notes_deleted() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.goes_with_lead(array(select distinct lead_id from deleted)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), (select lma.event_transaction_id()), 'note.deleted',
			jsonb_build_object('before', jsonb_build_object(
				'id', d.id, 'user_id', d.user_id, 'content_length', length(d.content)))
		from deleted d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from deleted));
	return null;
end
$$;

create trigger communications_log_deleted after delete on communications
	referencing old table as deleted
	for each statement execute function lma.log_communications_deleted();
create trigger campaign_leads_log_changed after update on campaign_leads
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_campaign_leads_changed();
create trigger campaign_leads_log_removed after delete on campaign_leads
	referencing old table as removed
	for each statement execute function lma.log_campaign_leads_removed();
create trigger lead_notes_log_created after insert on lead_notes
	referencing new table as created
	for each statement execute function lma.log_notes_created();
create trigger lead_notes_log_deleted after delete on lead_notes
	referencing old table as deleted
	for each statement execute function lma.log_notes_deleted();

revoke all on function lma.log_replies(bigint[]), lma.goes_with_lead(integer[]),
	lma.log_communications_deleted(), lma.log_campaign_leads_changed(), lma.log_campaign_leads_removed(),
	lma.log_notes_created(), lma.log_notes_deleted() from public;
comment on column activity_logs.transaction_id is
	'The writing transaction by the clock of events, lma.event_transaction_id(). Readers take rows in the order of this, below lma.event_horizon(): ids alone would skip rows that commit late.';
comment on index ix_communication_attempts_organization_id is
	'Serves the retention of an organization''s attempts, oldest first, and deleting the organization.';
