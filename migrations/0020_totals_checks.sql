-- Are the totals true? A worker compares them with the rows every night and puts right what is not.

-- Rows minus totals, user by user, where they differ: nothing, when all is well. One statement, so one snapshot.
create function lma.totals_drift(organization integer) returns table (
	user_id integer, leads bigint, score_sum bigint, qualified bigint, won bigint, communications bigint, notes bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
	select user_id, sum(leads)::bigint, sum(score_sum)::bigint, sum(qualified)::bigint, sum(won)::bigint,
		sum(communications)::bigint, sum(notes)::bigint
	from (
		select coalesce(assigned_to_id, 0) as user_id, count(*) as leads, sum(score) as score_sum,
			count(*) filter (where status = 'QUALIFIED') as qualified,
			count(*) filter (where status = 'CLOSED_WON') as won, 0 as communications, 0 as notes
		from public.leads
		where organization_id = organization
		group by 1
		union all
		select coalesce(user_id, 0), 0, 0, 0, 0, count(*), 0
		from public.communications
		where organization_id = organization
		group by 1
		union all
		select coalesce(user_id, 0), 0, 0, 0, 0, 0, count(*)
		from public.lead_notes
		where organization_id = organization
		group by 1
		union all
		select user_id, -leads, -score_sum, -qualified, -won, 0, 0
		from lma.lead_totals
		where organization_id = organization
		union all
		select user_id, -leads, -score_sum, -qualified, -won, 0, 0
		from lma.lead_total_deltas
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, -communications, 0
		from lma.communication_totals
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, -communications, 0
		from lma.communication_total_deltas
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, 0, -notes
		from lma.note_totals
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, 0, -notes
		from lma.note_total_deltas
		where organization_id = organization
	) compared
	group by user_id
	having sum(leads) <> 0 or sum(score_sum) <> 0 or sum(qualified) <> 0 or sum(won) <> 0
		or sum(communications) <> 0 or sum(notes) <> 0
	order by user_id
$$;
comment on function lma.totals_drift(integer) is 'Rows minus totals, user by user, where they differ.';
grant execute on function lma.totals_drift(integer) to lma_worker;

-- Appends the drift as deltas and returns it. Writers go on meanwhile: each brings its rows and their delta in one
-- transaction, so the difference is the same in every snapshot. Two repairs take turns.
create function lma.repair_totals(organization integer) returns table (
	user_id integer, leads bigint, score_sum bigint, qualified bigint, won bigint, communications bigint, notes bigint
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
	update lma.totals_checks
	set claimed_at = now()
	where organization_id = organization;
	if not found then
		return;
	end if;
	perform set_config('lma.keeps_totals', 'on', true);
	return query
	with drift as materialized (
		select *
		from lma.totals_drift(organization)
	), of_leads as (
		insert into lma.lead_total_deltas
		select organization, user_id, leads, score_sum, qualified, won
		from drift
		where (leads, score_sum, qualified, won) <> (0, 0, 0, 0)
	), of_communications as (
		insert into lma.communication_total_deltas
		select organization, user_id, communications
		from drift
		where communications <> 0
	), of_notes as (
		insert into lma.note_total_deltas
		select organization, user_id, notes
		from drift
		where notes <> 0
	)
	select *
	from drift;
	perform set_config('lma.keeps_totals', '', true);
end
$$;
comment on function lma.repair_totals(integer) is 'Appends the drift as deltas, and returns it.';
grant execute on function lma.repair_totals(integer) to lma_worker;

-- The next organization whose totals should be compared with its rows, or null. Each is due once a night, from 3:00 UTC;
-- after an hour again, when the comparison was not finished or found something. Asked by several workers, it gives each
-- another one.
create function lma.claim_totals_check() returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	claimed integer;
begin
	perform set_config('lma.keeps_totals', 'on', true);
	insert into lma.totals_checks (organization_id)
	select o.id
	from public.organizations o
	where not exists (select from lma.totals_checks c where c.organization_id = o.id)
	on conflict do nothing;
	perform set_config('lma.keeps_totals', '', true);

	update lma.totals_checks c
	set claimed_at = now()
	from (
		select organization_id
		from lma.totals_checks
		where claimed_at is null
			or claimed_at < (date_trunc('day', now() at time zone 'UTC' - interval '3 hours') + interval '3 hours')
				at time zone 'UTC'
			or (claimed_at < now() - interval '1 hour' and (drift <> 0 or checked_at is null or checked_at < claimed_at))
		order by claimed_at nulls first, organization_id
		limit 1
		for update skip locked
	) due
	where c.organization_id = due.organization_id
	returning c.organization_id
	into claimed;
	return claimed;
end
$$;
comment on function lma.claim_totals_check() is
	'The next organization whose totals should be compared with its rows.';
grant execute on function lma.claim_totals_check() to lma_worker;

-- Notes what the comparison found, and drops what is left of users that are gone.
create function lma.finish_totals_check(organization integer, found_drift bigint) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
	update lma.totals_checks
	set checked_at = clock_timestamp(), drift = found_drift
	where organization_id = organization;

	delete from lma.lead_totals
	where organization_id = organization
		and (leads, score_sum, qualified, won) = (0, 0, 0, 0);
	delete from lma.communication_totals
	where organization_id = organization
		and communications = 0;
	delete from lma.note_totals
	where organization_id = organization
		and notes = 0;
$$;
comment on function lma.finish_totals_check(integer, bigint) is 'Notes what a comparison of totals found.';
grant execute on function lma.finish_totals_check(integer, bigint) to lma_worker;

-- For the metrics: over all organizations. checked_at is the time before which every one of them was compared.
create function lma.totals_state(out drift bigint, out deltas_pending bigint, out checked_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
	select
		coalesce(sum(c.drift), 0)::bigint,
		(select count(*) from lma.lead_total_deltas)
			+ (select count(*) from lma.communication_total_deltas)
			+ (select count(*) from lma.note_total_deltas),
		min(c.checked_at)
	from lma.totals_checks c
$$;
comment on function lma.totals_state() is 'What the last comparisons found, and how many deltas are waiting.';
grant execute on function lma.totals_state() to lma_worker;
