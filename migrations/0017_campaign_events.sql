-- Memberships in campaigns: their events.

create function lma.log_campaign_leads_added() returns trigger
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

create trigger campaign_leads_log_added after insert on campaign_leads
	referencing new table as added
	for each statement execute function lma.log_campaign_leads_added();

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

create trigger campaign_leads_log_changed after update on campaign_leads
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.log_campaign_leads_changed();

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

create trigger campaign_leads_log_removed after delete on campaign_leads
	referencing old table as removed
	for each statement execute function lma.log_campaign_leads_removed();
