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
	insert into public.activity_logs (organization_id, lead_id, activity_type, activity_metadata)
	select organization_id, id, 'lead.created', jsonb_build_object('after', jsonb_build_object(
		'status', status, 'source', source, 'score', score, 'lead_temperature', lead_temperature,
		'assigned_to_id', assigned_to_id))
	from created;
	if found then
		perform pg_notify('lma_events', '');
	end if;
	return null;
end
$$;

-- By execute, here and below: a plan kept from a change of one lead would compare each of ten thousand with every other.
create function lma.log_leads_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, activity_type, activity_metadata)
		select n.organization_id, n.id, event.activity_type, jsonb_build_object('before', event.before, 'after', event.after)
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
		perform pg_notify('lma_events', '');
	end if;
	return null;
end
$$;

-- The lead's own history goes with it; what stays says that it was there, and no more.
create function lma.log_leads_deleted() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	execute $sql$
		delete from public.activity_logs a
		using deleted d
		where a.lead_id = d.id
	$sql$;
	insert into public.activity_logs (organization_id, activity_type, activity_metadata)
	select d.organization_id, 'lead.deleted', jsonb_build_object('before', jsonb_build_object('id', d.id))
	from deleted d
	join public.organizations o on o.id = d.organization_id;
	if found then
		perform pg_notify('lma_events', '');
	end if;
	return null;
end
$$;

create trigger leads_log_created after insert on leads
	referencing new table as created
	for each statement execute function lma.log_leads_created();
create trigger leads_log_changed after update on leads
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_leads_changed();
create trigger leads_log_deleted after delete on leads
	referencing old table as deleted
	for each statement execute function lma.log_leads_deleted();

revoke all on function lma.quiet_lead_columns() from public;
