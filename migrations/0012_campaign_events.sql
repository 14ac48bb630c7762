create function lma.log_campaign_leads_added() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into public.activity_logs (organization_id, lead_id, campaign_id, activity_type, activity_metadata)
	select organization_id, lead_id, campaign_id, 'campaign.leadAdded',
		jsonb_build_object('after', jsonb_build_object('campaign_id', campaign_id, 'status', status))
	from added;
	if found then
		perform pg_notify('lma_events', '');
	end if;
	return null;
end
$$;

create trigger campaign_leads_log_added after insert on campaign_leads
	referencing new table as added
	for each statement execute function lma.log_campaign_leads_added();
