-- Every change to a lead, communication, assignment, campaign membership or note has its event, and every event the clock of
-- events. Bodies and subjects of communications and notes are kept out of it: their length says that something changed, and
-- what was written can be deleted without a copy staying behind.
--
-- Here: leads and their notes. The actor and the clock are read once per statement, in sub-selects, not once per row.

-- Columns whose changes have an event of their own, or are no news.
create function lma.quiet_lead_columns() returns text[]
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
	select array['score', 'lead_temperature', 'status', 'assigned_to_id', 'updated_at', 'email_key',
		'first_contacted_at', 'last_contacted_at', 'last_engagement_date']
$$;

create function lma.log_leads_created() returns trigger
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

create trigger leads_log_created after insert on leads
	referencing new table as created
	for each statement execute function lma.log_leads_created();

-- By execute, here and below: a plan kept from a change of one lead would compare each of ten thousand with every other.
create function lma.log_leads_changed() returns trigger
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

create trigger leads_log_changed after update on leads
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_leads_changed();

-- The lead's own history goes with it, from the archived months too; what stays says that it was there, and no more.
create function lma.log_leads_deleted() returns trigger
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

create trigger leads_log_deleted after delete on leads
	referencing old table as deleted
	for each statement execute function lma.log_leads_deleted();

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

create trigger lead_notes_log_created after insert on lead_notes
	referencing new table as created
	for each statement execute function lma.log_notes_created();

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

create trigger lead_notes_log_deleted after delete on lead_notes
	referencing old table as deleted
	for each statement execute function lma.log_notes_deleted();
