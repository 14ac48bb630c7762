-- Undoing a merge gives back who had left which campaign.

alter table lma.merged_leads add column departures jsonb not null default '[]';
comment on column lma.merged_leads.departures is
	'Campaigns that the lead had left, each with carried_at: when the survivor has left it by merges alone, or null.';

-- What a duplicate has left, the survivor has left as well. What it has by an earlier merge alone, both merges have given.
create or replace function lma.merge_campaign_departures() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	with carried as materialized (
		select d.organization_id, d.campaign_id, d.left_at, m.lead_id as old_lead_id, e.survivor_id
		from merged m
		join lma.lead_merges e on e.organization_id = m.organization_id and e.id = m.merge_id
		join lma.campaign_departures d on d.organization_id = m.organization_id and d.lead_id = m.lead_id
	), given as (
		select distinct d.campaign_id, d.lead_id, d.left_at
		from (select distinct organization_id, survivor_id from carried) c
		join lma.lead_merges e
			on e.organization_id = c.organization_id and e.current_lead_id = c.survivor_id and e.survivor_id = c.survivor_id
		join lma.merged_leads m on m.organization_id = c.organization_id and m.merge_id = e.id
		cross join jsonb_to_recordset(m.departures) as p(campaign_id integer, carried_at timestamptz)
		join lma.campaign_departures d
			on d.organization_id = c.organization_id and d.campaign_id = p.campaign_id and d.lead_id = c.survivor_id
				and d.left_at = p.carried_at
	), added as (
		insert into lma.campaign_departures (organization_id, campaign_id, lead_id, left_at)
		select organization_id, campaign_id, survivor_id, max(left_at)
		from carried
		group by organization_id, campaign_id, survivor_id
		order by organization_id, campaign_id, survivor_id
		on conflict (organization_id, campaign_id, lead_id) do nothing
		returning campaign_id, lead_id, left_at
	)
	update lma.merged_leads m
	set departures = g.departures
	from (
		select c.organization_id, c.old_lead_id, jsonb_agg(jsonb_build_object(
			'campaign_id', c.campaign_id, 'left_at', c.left_at, 'survivor_id', c.survivor_id,
			'carried_at', coalesce(a.left_at, s.left_at))) as departures
		from carried c
		left join added a on a.campaign_id = c.campaign_id and a.lead_id = c.survivor_id
		left join given s on s.campaign_id = c.campaign_id and s.lead_id = c.survivor_id
		group by c.organization_id, c.old_lead_id
	) g
	where m.organization_id = g.organization_id
		and m.lead_id = g.old_lead_id;
	return null;
end
$$;

-- As lma.return_suppressions(). What the survivor has left by itself since, or by another merge, it has left still.
create function lma.return_campaign_departures() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if not exists (select from unmerged where departures <> '[]') then
		return null;
	end if;
	with kept as materialized (
		select u.organization_id, u.lead_id, d.*
		from unmerged u
		join public.leads l on l.organization_id = u.organization_id and l.id = u.lead_id
		cross join jsonb_to_recordset(u.departures) as d(
			campaign_id integer, left_at timestamptz, survivor_id integer, carried_at timestamptz)
	), taken as (
		delete from lma.campaign_departures d
		using kept k
		where d.organization_id = k.organization_id
			and d.campaign_id = k.campaign_id
			and d.lead_id = k.survivor_id
			and d.left_at = k.carried_at
			and not exists (
				select
				from lma.lead_merges e
				join lma.merged_leads m on m.organization_id = e.organization_id and m.merge_id = e.id
				cross join jsonb_to_recordset(m.departures) as p(campaign_id integer, carried_at timestamptz)
				where e.organization_id = k.organization_id
					and e.current_lead_id = k.survivor_id
					and e.survivor_id = k.survivor_id
					and p.campaign_id = k.campaign_id
					and p.carried_at = k.carried_at
			)
	)
	insert into lma.campaign_departures (organization_id, campaign_id, lead_id, left_at)
	select k.organization_id, k.campaign_id, k.lead_id, k.left_at
	from kept k
	join public.campaigns c on c.organization_id = k.organization_id and c.id = k.campaign_id
	order by k.organization_id, k.campaign_id, k.lead_id
	on conflict do nothing;
	return null;
end
$$;

create trigger merged_leads_return_campaign_departures after delete on lma.merged_leads
	referencing old table as unmerged
	for each statement execute function lma.return_campaign_departures();
