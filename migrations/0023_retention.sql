-- How long events and attempts are kept: whole months of all organizations by lma.partition_policy, single
-- organizations' rows by their own settings ({"retention": {"activityMonths": 24, "attemptDays": 90}}). Without either,
-- for ever.

-- Months that were taken out of activity_logs. Only lma_owner reads them.
create schema lma_archive;

create table lma.partition_policy (
	only_row boolean primary key default true check (only_row),
	-- Null: for ever. The current month does not count.
	keep_months integer,
	retire_by text not null default 'detach',
	-- A subscription whose cursor has not moved for so long no longer keeps events from being removed.
	stale_days integer not null default 30,
	-- When a worker last began, until when it is taken to be at it, and when one was last through.
	started_at timestamptz,
	running_until timestamptz,
	finished_at timestamptz,
	constraint partition_policy_keep_months_in_range check (keep_months between 1 and 1200),
	constraint partition_policy_retire_by_known check (retire_by in ('detach', 'drop')),
	constraint partition_policy_stale_days_in_range check (stale_days between 1 and 3650)
);

comment on table lma.partition_policy is 'How long months of events are kept, and when retention last ran. One row.';
comment on index lma.partition_policy_pkey is 'Serves the promise that there is only one policy.';

alter table lma.partition_policy enable row level security;
alter table lma.partition_policy force row level security;
create policy owner on lma.partition_policy to lma_owner using (true) with check (true);

insert into lma.partition_policy default values;

create table lma.retention_log (
	id bigint generated always as identity primary key,
	-- Null: a month of all organizations.
	organization_id integer references public.organizations (id) on delete cascade,
	subject text not null,
	detail text not null,
	row_count bigint,
	logged_at timestamptz not null default now()
);

comment on table lma.retention_log is 'What retention removed, one row for every batch, and what it kept and why.';
comment on index lma.retention_log_pkey is 'Serves the log in the order in which it was written.';

create index ix_retention_log_organization_id on lma.retention_log (organization_id, id);
comment on index lma.ix_retention_log_organization_id is 'Serves what retention removed of one organization.';

call lma.secure_table('lma.retention_log');
grant select on lma.retention_log to lma_app, lma_worker, lma_readonly;

-- A setting that is a whole number in range, else null: what cannot be understood removes nothing.
create function lma.retention_setting(settings jsonb, key text, highest integer) returns integer
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
	select case
		when settings #>> array['retention', key] ~ '^\d{1,5}$'
			and (settings #>> array['retention', key])::integer between 1 and highest
		then (settings #>> array['retention', key])::integer
	end
$$;

create function lma.is_stale(moved_at timestamptz) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
	select moved_at < now() - make_interval(days => coalesce((select p.stale_days from lma.partition_policy p), 30))
$$;

-- The tables that hold events of before a moment: months, from the oldest, and what is in none. Archived ones too.
create function lma.activity_parts(before timestamptz) returns setof regclass
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
	select c.oid::regclass
	from pg_class c
	where (
			exists (
				select
				from pg_inherits i
				where i.inhparent = 'public.activity_logs'::regclass
					and i.inhrelid = c.oid
			)
			or c.relnamespace = 'lma_archive'::regnamespace and c.relkind = 'r'
		)
		and (c.relname !~ '^activity_logs_\d{4}_\d\d$'
			or to_date(right(c.relname, 7), 'YYYY_MM') < (before at time zone 'UTC')::date)
	order by c.relname
$$;

-- Removes one batch of what an organization's settings no longer keep: events before the first day of the month that lies
-- activityMonths back, then attempts claimed more than attemptDays ago. Never an event that a subscription in use has yet
-- to read. Says whether there may be more. Nobody chooses what goes but the settings.
create function lma.apply_retention(organization integer, row_limit integer, out removed bigint, out more boolean)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
	kept_settings jsonb := (select o.settings from public.organizations o where o.id = organization);
	months integer := lma.retention_setting(kept_settings, 'activityMonths', 1200);
	days integer := lma.retention_setting(kept_settings, 'attemptDays', 36500);
	events_before timestamptz := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => months))
		at time zone 'UTC';
	attempts_before timestamptz := now() - make_interval(days => days);
	read_transaction xid8;
	read_id bigint;
	part regclass;
begin
	select s.cursor_transaction, s.cursor_id
	into read_transaction, read_id
	from lma.event_subscriptions s
	where s.organization_id = organization
		and not lma.is_stale(s.moved_at)
	order by s.cursor_transaction, s.cursor_id
	limit 1;
	more := true;
	update lma.partition_policy
	set running_until = now() + interval '5 minutes';
	if months is not null then
		for part in select lma.activity_parts(events_before) loop
			execute format(
				'delete from %1$s
				where ctid = any(array(
					select a.ctid
					from %1$s a
					where a.organization_id = $1
						and a.created_at < $2
						and ($3 is null or (a.transaction_id, a.id) <= ($3, $4))
					order by a.transaction_id, a.id
					limit $5
				))', part)
			using organization, events_before, read_transaction, read_id, row_limit;
			get diagnostics removed = row_count;
			if removed > 0 then
				insert into lma.retention_log (organization_id, subject, detail, row_count)
				values (organization, 'activity', format('%s, before %s', part, events_before::date), removed);
				return;
			end if;
		end loop;
	end if;
	if days is not null then
		delete from public.communication_attempts
		where ctid = any(array(
			select a.ctid
			from public.communication_attempts a
			where a.organization_id = organization
				and a.claimed_at < attempts_before
				-- Tries of what is still to be sent count.
				and exists (
					select
					from public.communications c
					where c.id = a.communication_id
						and c.status <> 'scheduled'
				)
			order by a.claimed_at
			limit row_limit
		));
		get diagnostics removed = row_count;
		if removed > 0 then
			insert into lma.retention_log (organization_id, subject, detail, row_count)
			values (organization, 'attempts', format('before %s', attempts_before), removed);
			return;
		end if;
	end if;
	removed := 0;
	more := false;
end
$$;
comment on function lma.apply_retention(integer, integer) is
	'Removes one batch of what the settings of an organization no longer keep.';
grant execute on function lma.apply_retention(integer, integer) to lma_worker;

-- Takes the oldest month that the policy no longer keeps out of activity_logs: into lma_archive, or away. Waits at most a
-- second for the locks, then raises lock_not_available; repeat it later. `outcome`: 'detached' or 'dropped'; 'kept', when
-- a subscription in use has not read all of the month; 'none', when there is nothing to do. Can be repeated.
create function lma.retire_partition(out outcome text, out part text, out detail text)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '1s'
as $$
declare
	policy lma.partition_policy;
	oldest_kept timestamptz;
	reader record;
	left_behind integer;
begin
	outcome := 'none';
	select p.*
	into policy
	from lma.partition_policy p;
	if policy.keep_months is null then
		return;
	end if;
	oldest_kept := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => policy.keep_months))
		at time zone 'UTC';
	select c.relname
	into part
	from lma.activity_parts(oldest_kept) p
	join pg_class c on c.oid = p
	where c.relnamespace = 'public'::regnamespace
		and c.relname ~ '^activity_logs_\d{4}_\d\d$'
	order by c.relname
	limit 1;
	if part is null then
		return;
	end if;
	for reader in
		select s.*, lma.is_stale(s.moved_at) as is_stale
		from lma.event_subscriptions s
		order by is_stale, s.organization_id, s.name
	loop
		execute format(
			'select count(*)
			from (
				select
				from public.%I a
				where a.organization_id = $1
					and (a.transaction_id, a.id) > ($2, $3)
				limit 1
			) unread', part)
		into left_behind
		using reader.organization_id, reader.cursor_transaction, reader.cursor_id;
		continue when left_behind = 0;
		detail := format('subscription %s of organization %s', reader.name, reader.organization_id);
		if not reader.is_stale then
			outcome := 'kept';
			-- Once a day is enough.
			if not exists (
				select
				from lma.retention_log l
				where l.organization_id is null
					and l.subject = part
					and l.logged_at > now() - interval '20 hours'
			) then
				insert into lma.retention_log (subject, detail)
				values (part, format('kept: %s has not read all of it', detail));
			end if;
			return;
		end if;
		update lma.event_subscriptions s
		set last_error = format('events of %s were removed before they were read', right(part, 7)),
			updated_at = now()
		where s.organization_id = reader.organization_id
			and s.name = reader.name;
	end loop;
	execute format('alter table public.activity_logs detach partition public.%I', part);
	if policy.retire_by = 'drop' then
		execute format('drop table public.%I', part);
		outcome := 'dropped';
	else
		execute format('alter table public.%I set schema lma_archive', part);
		outcome := 'detached';
	end if;
	insert into lma.retention_log (subject, detail)
	values (part, outcome || coalesce(', not read by ' || detail, ''));
end
$$;
comment on function lma.retire_partition() is 'Detaches or drops the oldest month of events that nobody keeps.';
grant execute on function lma.retire_partition() to lma_worker;

-- Whether the caller is to run retention: none has finished for 23 hours, and none is at it. A worker that is killed counts
-- as being at it for five minutes after its last batch.
create function lma.begin_retention() returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into lma.partition_policy (only_row, started_at, running_until)
	values (true, now(), now() + interval '5 minutes')
	on conflict (only_row) do update
	set started_at = excluded.started_at,
		running_until = excluded.running_until
	where coalesce(partition_policy.finished_at < now() - interval '23 hours', true)
		and coalesce(partition_policy.running_until < now(), true);
	return found;
end
$$;
comment on function lma.begin_retention() is 'Starts a run of retention, unless one is under way.';
grant execute on function lma.begin_retention() to lma_worker;

-- The run is over; unless it is finished, the next one may begin at once.
create function lma.end_retention(finished boolean) returns void
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
	update lma.partition_policy
	set running_until = null,
		finished_at = case when finished then now() else finished_at end
$$;
comment on function lma.end_retention(boolean) is 'Ends a run of retention.';
grant execute on function lma.end_retention(boolean) to lma_worker;
