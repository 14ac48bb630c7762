-- Enrolment: leads join a campaign by its target criteria, at most so many a day, and none that has left it.

alter table campaigns
	-- Leads a day; null: as careful as the program is by default.
	add column daily_enrolment_cap integer,
	-- The last day on which leads were enrolled, and how many then. Kept by enrolment alone.
	add column enrolled_on date,
	add column enrolled_count integer not null default 0,
	add constraint campaigns_daily_enrolment_cap_in_range check (daily_enrolment_cap between 0 and 100000);
comment on column campaigns.daily_enrolment_cap is
	'Most leads that are enrolled by the target criteria in one day; null means the default, 50.';
comment on column campaigns.enrolled_on is 'The last day on which leads were enrolled by the target criteria.';
comment on column campaigns.enrolled_count is 'How many leads were enrolled on that day, those that have left since included.';
grant insert (daily_enrolment_cap) on campaigns to lma_app;
grant update (daily_enrolment_cap, enrolled_on, enrolled_count) on campaigns to lma_app;

-- Counting who was enrolled is no change of the campaign.
drop trigger campaigns_touch_updated_at on campaigns;
create trigger campaigns_touch_updated_at before update of
		organization_id, name, description, campaign_type, status, target_criteria, start_date, end_date,
		budget_allocated, budget_spent, goals, created_by, created_at, updated_at, daily_enrolment_cap
	on campaigns
	for each row execute function lma.touch_updated_at();

create index ix_campaign_leads_members on campaign_leads (organization_id, campaign_id, status, lead_id);
comment on index ix_campaign_leads_members is 'Serves the members of a campaign that have a status, by lead.';

-- Leads that left a campaign, by whoever's hand: criteria alone do not bring them back.
create table lma.campaign_departures (
	organization_id integer not null,
	campaign_id integer not null,
	-- No foreign key: it would make whoever removes members and whoever deletes leads wait for each other.
	lead_id integer not null,
	left_at timestamptz not null default now(),
	primary key (organization_id, campaign_id, lead_id),
	constraint campaign_departures_campaign_same_organization foreign key (organization_id, campaign_id)
		references public.campaigns (organization_id, id) on delete cascade
);

comment on table lma.campaign_departures is 'Leads that left a campaign, and so are not enrolled in it again.';
comment on index lma.campaign_departures_pkey is 'Serves telling who left a campaign.';
create index ix_campaign_departures_lead on lma.campaign_departures (organization_id, lead_id);
comment on index lma.ix_campaign_departures_lead is 'Serves the departures of a lead, when it is merged or deleted.';

call lma.secure_table('lma.campaign_departures');
grant select on lma.campaign_departures to lma_app, lma_readonly;

create function lma.keep_campaign_departures() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.goes_with_lead(array(select distinct lead_id from removed)) then
		return null;
	end if;
	-- Planned for as many as there are.
	execute $sql$
		insert into lma.campaign_departures (organization_id, campaign_id, lead_id)
		select r.organization_id, r.campaign_id, r.lead_id
		from removed r
		join public.campaigns c on c.organization_id = r.organization_id and c.id = r.campaign_id
		join public.leads l on l.organization_id = r.organization_id and l.id = r.lead_id
		order by r.organization_id, r.campaign_id, r.lead_id
		on conflict (organization_id, campaign_id, lead_id) do update
		set left_at = excluded.left_at
	$sql$;
	return null;
end
$$;

create trigger campaign_leads_keep_departures after delete on campaign_leads
	referencing old table as removed
	for each statement execute function lma.keep_campaign_departures();

create function lma.forget_campaign_departures() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	delete from lma.campaign_departures d
	using deleted
	where d.organization_id = deleted.organization_id
		and d.lead_id = deleted.id;
	return null;
end
$$;

create trigger leads_forget_campaign_departures after delete on leads
	referencing old table as deleted
	for each statement execute function lma.forget_campaign_departures();

-- What a duplicate has left, the survivor has left as well.
create function lma.merge_campaign_departures() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into lma.campaign_departures (organization_id, campaign_id, lead_id, left_at)
	select d.organization_id, d.campaign_id, e.survivor_id, max(d.left_at)
	from merged m
	join lma.lead_merges e on e.organization_id = m.organization_id and e.id = m.merge_id
	join lma.campaign_departures d on d.organization_id = m.organization_id and d.lead_id = m.lead_id
	group by d.organization_id, d.campaign_id, e.survivor_id
	order by d.organization_id, d.campaign_id, e.survivor_id
	on conflict (organization_id, campaign_id, lead_id) do nothing;
	return null;
end
$$;

create trigger merged_leads_merge_campaign_departures after insert on lma.merged_leads
	referencing new table as merged
	for each statement execute function lma.merge_campaign_departures();
