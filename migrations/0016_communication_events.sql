-- Communications: their events, and the contact dates of their leads.

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

-- Joins by execute, here and below, so that none is planned for the number of rows that the session's first write had.
create function lma.log_communications_created() returns trigger
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

create trigger communications_log_created after insert on communications
	referencing new table as created
	for each statement execute function lma.log_communications_created();

create function lma.log_communications_changed() returns trigger
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

create trigger communications_log_changed after update on communications
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_communications_changed();

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

create trigger communications_log_deleted after delete on communications
	referencing old table as deleted
	for each statement execute function lma.log_communications_deleted();
