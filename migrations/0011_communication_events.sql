-- Communications: their events, and the contact dates of their leads. Joins by execute, so that none is planned for the
-- number of rows that the session's first write had.
create function lma.log_communications_created() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.communications');
	end if;
	insert into public.activity_logs (organization_id, lead_id, user_id, communication_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce(lma.actor_id(), user_id), id,
		case status when 'scheduled' then 'communication.scheduled' else 'communication.logged' end,
		jsonb_build_object('after', jsonb_build_object(
			'communication_type', communication_type, 'direction', direction, 'status', status,
			'scheduled_at', scheduled_at, 'completed_at', completed_at))
	from created;
	if not found then
		return null;
	end if;
	perform pg_notify('lma_events', '');
	if exists (select from created where dispatch_at is not null) then
		perform pg_notify('lma_dispatch', '');
	end if;

	execute $sql$
		with contact as (
			select lead_id,
				min(coalesce(completed_at, created_at)) filter (where direction = 'outbound') as first_contact,
				max(coalesce(completed_at, created_at)) filter (where direction = 'outbound') as last_contact,
				max(coalesce(completed_at, created_at)) filter (where direction = 'inbound') as engagement
			from created
			where status = 'completed'
			group by lead_id
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
	$sql$;
	return null;
end
$$;

create function lma.log_communications_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, communication_id, activity_type, activity_metadata)
		select n.organization_id, n.lead_id, coalesce(lma.actor_id(), n.user_id), n.id,
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
	perform pg_notify('lma_events', '');
	if exists (select from after_rows where status = 'scheduled' and dispatch_at is not null) then
		perform pg_notify('lma_dispatch', '');
	end if;

	execute $sql$
		with contact as (
			select n.lead_id,
				min(coalesce(n.completed_at, n.created_at)) filter (where n.direction = 'outbound') as first_contact,
				max(coalesce(n.completed_at, n.created_at)) filter (where n.direction = 'outbound') as last_contact,
				max(coalesce(n.completed_at, n.created_at)) filter (where n.direction = 'inbound') as engagement
			from after_rows n
			join before_rows o on o.id = n.id
			where n.status = 'completed'
				and o.status <> 'completed'
			group by n.lead_id
		), locked as (
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
	$sql$;
	return null;
end
$$;

create trigger communications_log_created after insert on communications
	referencing new table as created
	for each statement execute function lma.log_communications_created();
create trigger communications_log_changed after update on communications
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_communications_changed();
