-- Durable subscriptions to an organization's events.

create table lma.event_subscriptions (
	organization_id integer not null references public.organizations (id) on delete cascade,
	name text not null,
	event_types text[] not null,
	-- Which events of these types; keys as in db/subscription/subscription.ts.
	filter jsonb not null default '{}',
	-- Done with everything up to and including this event.
	cursor_transaction xid8 not null,
	cursor_id bigint not null,
	-- How far the reader that holds the lease has been handed events; null when nothing is in flight.
	claimed_transaction xid8,
	claimed_id bigint,
	lease_owner text,
	lease_until timestamptz,
	-- Fencing token: whoever holds an older one has lost the lease.
	epoch bigint not null default 0,
	-- Events handed out, those handed out again included.
	delivered bigint not null default 0,
	-- When the cursor moved last.
	moved_at timestamptz not null default now(),
	last_error text,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	primary key (organization_id, name),
	constraint event_subscriptions_name_length check (char_length(name) between 1 and 200),
	constraint event_subscriptions_filter_is_object check (jsonb_typeof(filter) = 'object'),
	constraint event_subscriptions_event_types_known check (
		cardinality(event_types) > 0 and event_types <@ array[
			'lead.created', 'lead.updated', 'lead.scored', 'lead.temperatureChanged', 'lead.assigned', 'lead.statusChanged',
			'communication.logged', 'communication.scheduled', 'communication.completed', 'communication.failed',
			'communication.replied', 'campaign.leadAdded'
		]),
	constraint event_subscriptions_sizes_in_range check (
		octet_length(filter::text) <= 16777216
		and octet_length(event_types::text) <= 16777216
		and octet_length(lease_owner) <= 16777216
	)
-- Every claim updates its row; half-empty pages let it do so in place.
) with (fillfactor = 50);

comment on table lma.event_subscriptions is
	'Who reads an organization''s events, how far each has come, and which reader holds the lease.';
comment on constraint event_subscriptions_sizes_in_range on lma.event_subscriptions is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index lma.event_subscriptions_pkey is 'Serves every call of a reader, by organization and name.';

call lma.secure_table('lma.event_subscriptions');
grant select on lma.event_subscriptions to lma_app, lma_worker, lma_readonly;

-- Events in commit order, after a position and below the horizon. The settings leave the planner one way, along the
-- index: new transactions lie beyond its statistics, it expects one row of them, and would sort all of a backlog for
-- every batch.
create function lma.scan_events(
	organization integer, after_transaction xid8, after_id bigint, horizon xid8, row_limit integer
) returns setof public.activity_logs
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set enable_sort = off
set enable_bitmapscan = off
set plan_cache_mode = force_custom_plan
as $$
begin
	return query
	select a.*
	from public.activity_logs a
	where a.organization_id = organization
		and (a.transaction_id, a.id) > (after_transaction, after_id)
		and a.transaction_id < horizon
	order by a.transaction_id, a.id
	limit row_limit;
end
$$;

-- Makes a subscription, or gives an existing one these types and this filter. `start_from`: 'keep' leaves an existing one
-- where it is and lets a new one begin now; 'now' and 'beginning' move it there and end the lease of whoever reads.
create function lma.open_subscription(
	subscription text, types text[], only_when jsonb, start_from text
) returns setof lma.event_subscriptions
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	organization integer := lma.current_organization_id();
	start_at xid8 := case start_from when 'beginning' then '0' else lma.event_horizon() end;
begin
	if organization is null then
		raise exception using errcode = 'LM001', message = 'No organization was chosen';
	end if;
	return query
	insert into lma.event_subscriptions as s (organization_id, name, event_types, filter, cursor_transaction, cursor_id)
	values (organization, subscription, types, only_when, start_at, 0)
	on conflict (organization_id, name) do update
	set event_types = excluded.event_types,
		filter = excluded.filter,
		cursor_transaction = case start_from when 'keep' then s.cursor_transaction else excluded.cursor_transaction end,
		cursor_id = case start_from when 'keep' then s.cursor_id else excluded.cursor_id end,
		claimed_transaction = case start_from when 'keep' then s.claimed_transaction end,
		claimed_id = case start_from when 'keep' then s.claimed_id end,
		lease_owner = case start_from when 'keep' then s.lease_owner end,
		lease_until = case start_from when 'keep' then s.lease_until end,
		epoch = case start_from when 'keep' then s.epoch else s.epoch + 1 end,
		moved_at = case start_from when 'keep' then s.moved_at else now() end,
		updated_at = now()
	returning s.*;
end
$$;
comment on function lma.open_subscription(text, text[], jsonb, text) is
	'Creates or changes a subscription of the organization to its events.';
grant execute on function lma.open_subscription(text, text[], jsonb, text) to lma_app;

-- Takes the lease and the next events. `outcome`: 'claimed'; 'held', when another reader has the lease; 'unknown', when there
-- is no such subscription. Reads at most scan_limit events; those before the first that matches are done with at once.
create function lma.claim_events(
	subscription text, reader text, lease_seconds float8, row_limit integer, scan_limit integer,
	out outcome text, out epoch bigint, out events jsonb, out cursor_transaction xid8, out cursor_id bigint,
	out more boolean
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_variable
declare
	organization integer := lma.current_organization_id();
	own lma.event_subscriptions;
	horizon xid8;
	needs_lead boolean;
	-- Nothing matches up to here.
	passed_transaction xid8;
	passed_id bigint;
	taken integer := 0;
	scanned integer := 0;
	size integer := row_limit;
	part record;
begin
	-- With a snapshot from before, events below the horizon could be out of sight.
	if current_setting('transaction_isolation') <> 'read committed' then
		raise exception using
			errcode = 'invalid_transaction_state',
			message = 'Events can only be claimed in a read committed transaction';
	end if;
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = organization
		and s.name = subscription
	for update skip locked;
	if own.name is null then
		outcome := case
			when exists (
				select
				from lma.event_subscriptions s
				where s.organization_id = organization
					and s.name = subscription
			) then 'held'
			else 'unknown'
		end;
		return;
	end if;
	if own.lease_until > clock_timestamp() and own.lease_owner <> reader then
		outcome := 'held';
		return;
	end if;

	horizon := lma.event_horizon();
	if own.cursor_transaction > lma.event_ceiling() then
		perform lma.rebase_events(ahead => true);
		horizon := lma.event_horizon();
	end if;
	needs_lead := own.filter ?| array['temperatures', 'statuses', 'minScore', 'ownerIds', 'campaignIds'];
	outcome := 'claimed';
	events := '[]';
	more := false;
	cursor_transaction := own.cursor_transaction;
	cursor_id := own.cursor_id;
	passed_transaction := own.cursor_transaction;
	passed_id := own.cursor_id;
	loop
		with scanned as materialized (
			select *
			from lma.scan_events(organization, cursor_transaction, cursor_id, horizon, size) with ordinality
		), matched as materialized (
			select e.*, row_number() over (order by e.ordinality) as nth
			from scanned e
			-- Looked up one by one, and only when asked for: a join could read all leads.
			left join lateral (
				select l.id, l.lead_temperature, l.status, l.score, l.assigned_to_id
				from public.leads l
				where needs_lead
					and l.id = e.lead_id
				offset 0
			) l on true
			cross join lateral (select e.activity_metadata -> 'after' as after) v
			where e.activity_type = any(own.event_types)
				-- An event's own values count where it has them, else the lead's of now.
				and (own.filter = '{}' or (
					(not own.filter ? 'temperatures' or
						own.filter -> 'temperatures' ? coalesce(v.after ->> 'lead_temperature', l.lead_temperature::text))
					and (not own.filter ? 'statuses' or
						own.filter -> 'statuses' ?
							coalesce(case when e.activity_type like 'lead.%' then v.after ->> 'status' end, l.status::text))
					and (not own.filter ? 'minScore' or
						coalesce((v.after ->> 'score')::integer, l.score) >= (own.filter ->> 'minScore')::integer)
					and (not own.filter ? 'ownerIds' or
						own.filter -> 'ownerIds' @> coalesce(v.after -> 'assigned_to_id', to_jsonb(l.assigned_to_id), 'null'))
					and (not own.filter ? 'communicationTypes' or e.activity_type not like 'communication.%' or
						own.filter -> 'communicationTypes' ? (v.after ->> 'communication_type'))
					and (not own.filter ? 'campaignIds' or
						case
							when e.campaign_id is not null then own.filter -> 'campaignIds' @> to_jsonb(e.campaign_id)
							else exists (
								select
								from public.campaign_leads m
								where m.lead_id = l.id
									and own.filter -> 'campaignIds' @> to_jsonb(m.campaign_id)
							)
						end)
				))
		), taken as materialized (
			select *
			from matched
			where nth <= row_limit - taken
		)
		select
			s.count as scanned, last_scanned.transaction_id as scanned_transaction, last_scanned.id as scanned_id,
			t.count as taken, last_taken.transaction_id as taken_transaction, last_taken.id as taken_id,
			passed.transaction_id as passed_transaction, passed.id as passed_id,
			(select count(*) from matched) as matched, t.events
		from (select count(*) as count from scanned) s
		cross join (
			select
				count(*) as count, min(e.ordinality) as first, max(e.ordinality) as last,
				jsonb_agg(
					jsonb_build_object(
						'transactionId', e.transaction_id::text, 'id', e.id, 'organizationId', e.organization_id,
						'type', e.activity_type, 'leadId', e.lead_id, 'userId', e.user_id,
						'communicationId', e.communication_id, 'campaignId', e.campaign_id, 'metadata', e.activity_metadata,
						'n8nWorkflowId', e.n8n_workflow_id, 'n8nExecutionId', e.n8n_execution_id,
						'occurredAt', to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
					order by e.ordinality
				) as events
			from taken e
		) t
		left join scanned last_scanned on last_scanned.ordinality = s.count
		left join scanned last_taken on last_taken.ordinality = t.last
		left join scanned passed on passed.ordinality = t.first - 1
		into part;
		exit when part.scanned = 0;
		if taken = 0 and part.taken = 0 then
			passed_transaction := part.scanned_transaction;
			passed_id := part.scanned_id;
		elsif taken = 0 and part.passed_id is not null then
			passed_transaction := part.passed_transaction;
			passed_id := part.passed_id;
		end if;
		taken := taken + part.taken;
		scanned := scanned + part.scanned;
		events := events || coalesce(part.events, '[]');
		more := part.matched > part.taken or part.scanned = size;
		-- What follows the last event and does not match is done with when that is.
		if part.matched > part.taken then
			cursor_transaction := part.taken_transaction;
			cursor_id := part.taken_id;
		else
			cursor_transaction := part.scanned_transaction;
			cursor_id := part.scanned_id;
		end if;
		exit when not more or taken = row_limit or scanned >= scan_limit;
		-- Few match: look further at a time.
		size := least(size * 4, scan_limit - scanned);
	end loop;

	epoch := own.epoch;
	if scanned = 0 then
		more := exists (
			select
			from public.activity_logs a
			where a.organization_id = organization
				and a.transaction_id >= (select lma.event_ceiling())
		);
		if more then
			perform lma.rebase_events(ahead => true);
		elsif own.lease_owner is null then
			-- Readers with nothing to do write nothing.
			return;
		end if;
	end if;
	update lma.event_subscriptions s
	set epoch = s.epoch + 1,
		lease_owner = case when taken > 0 then reader end,
		lease_until = case when taken > 0 then clock_timestamp() + make_interval(secs => lease_seconds) end,
		cursor_transaction = passed_transaction,
		cursor_id = passed_id,
		claimed_transaction = case when taken > 0 then claim_events.cursor_transaction end,
		claimed_id = case when taken > 0 then claim_events.cursor_id end,
		delivered = s.delivered + taken,
		moved_at = case
			when (s.cursor_transaction, s.cursor_id) = (passed_transaction, passed_id) then s.moved_at
			else now()
		end,
		updated_at = now()
	where s.organization_id = organization
		and s.name = subscription
	returning s.epoch into epoch;
end
$$;
comment on function lma.claim_events(text, text, double precision, integer, integer) is
	'Takes the next events of a subscription under a lease, in the order of their commits.';
grant execute on function lma.claim_events(text, text, double precision, integer, integer) to lma_app;

-- Moves the cursor to an event of the batch claimed under this epoch; at its last one the lease ends, for whoever comes
-- next. Returns 'moved', also when repeated; 'lost', when another reader has taken over; 'outside', when the batch holds no
-- such position; 'unknown'.
create function lma.acknowledge_events(
	subscription text, claim_epoch bigint, done_transaction xid8, done_id bigint
) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	organization integer := lma.current_organization_id();
	own lma.event_subscriptions;
begin
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = organization
		and s.name = subscription
	for update;
	case
		when own.name is null then
			return 'unknown';
		when own.epoch <> claim_epoch then
			return 'lost';
		when (done_transaction, done_id) = (own.cursor_transaction, own.cursor_id) then
			return 'moved';
		when own.claimed_id is null
			or (done_transaction, done_id) < (own.cursor_transaction, own.cursor_id)
			or (done_transaction, done_id) > (own.claimed_transaction, own.claimed_id) then
			return 'outside';
		else
			update lma.event_subscriptions s
			set cursor_transaction = done_transaction,
				cursor_id = done_id,
				claimed_transaction = case when not at_end then s.claimed_transaction end,
				claimed_id = case when not at_end then s.claimed_id end,
				lease_owner = case when not at_end then s.lease_owner end,
				lease_until = case when not at_end then s.lease_until end,
				moved_at = now(),
				last_error = null,
				updated_at = now()
			from (select (done_transaction, done_id) = (own.claimed_transaction, own.claimed_id) as at_end) position
			where s.organization_id = organization
				and s.name = subscription;
			return 'moved';
	end case;
end
$$;
comment on function lma.acknowledge_events(text, bigint, xid8, bigint) is
	'Moves the cursor of a subscription past what was handled.';
grant execute on function lma.acknowledge_events(text, bigint, xid8, bigint) to lma_app;

-- Gives the lease more time. False when another reader has taken over, or nothing is in flight.
create function lma.renew_events(subscription text, claim_epoch bigint, lease_seconds float8) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	update lma.event_subscriptions s
	set lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
		updated_at = now()
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription
		and s.epoch = claim_epoch
		and s.lease_owner is not null;
	return found;
end
$$;
comment on function lma.renew_events(text, bigint, double precision) is 'Extends a lease while it is held.';
grant execute on function lma.renew_events(text, bigint, double precision) to lma_app;

-- Gives the lease back: what was not acknowledged is handed out again, to whoever claims next. False as above.
create function lma.release_events(subscription text, claim_epoch bigint, reason text) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	update lma.event_subscriptions s
	set epoch = s.epoch + 1,
		claimed_transaction = null,
		claimed_id = null,
		lease_owner = null,
		lease_until = null,
		last_error = coalesce(left(reason, 1000), s.last_error),
		updated_at = now()
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription
		and s.epoch = claim_epoch
		and s.lease_owner is not null;
	return found;
end
$$;
comment on function lma.release_events(text, bigint, text) is
	'Returns a lease: what was not acknowledged is handed out again.';
grant execute on function lma.release_events(text, bigint, text) to lma_app;

-- Ends a subscription. False when there was none.
create function lma.close_subscription(subscription text) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	delete from lma.event_subscriptions s
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription;
	return found;
end
$$;
comment on function lma.close_subscription(text) is 'Removes a subscription.';
grant execute on function lma.close_subscription(text) to lma_app;

-- How far a subscription is behind: events of its types that it could read now, counted within the next scan_limit
-- events; whether there are more than those; and when the oldest one happened.
create function lma.subscription_lag(
	subscription text, scan_limit integer, out behind integer, out is_more boolean, out oldest_at timestamptz
)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	own lma.event_subscriptions;
begin
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription;
	select count(*) filter (where e.activity_type = any(own.event_types)), count(*) = scan_limit,
		min(e.created_at) filter (where e.activity_type = any(own.event_types))
	into behind, is_more, oldest_at
	from lma.scan_events(
		own.organization_id, own.cursor_transaction, own.cursor_id, lma.event_horizon(), scan_limit) e;
end
$$;
comment on function lma.subscription_lag(text, integer) is 'How far a subscription is behind.';
grant execute on function lma.subscription_lag(text, integer) to lma_app, lma_readonly;

-- Sets the clock of this cluster.
select lma.rebase_events();
