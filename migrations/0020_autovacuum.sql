-- Vacuum and analyze for the tables that grow. The defaults wait for a fifth of a table: of 10 million communications
-- 2,000,050 dead rows, which its smallest indexes, over what is due, would consist of long before.

-- 1 M leads, a row of about 330 bytes. Every logged communication updates contact dates, every rescoring the score.
-- Dead rows: 1,000 + 2 % = 21,000 instead of 200,050, half a minute of work for one worker. Statistics: after as many
-- changes, so that an organization that arrives with 3 % of all leads is known within a minute. Inserts: 5 % = 55,000
-- instead of 201,000 until pages are marked all-visible, without which counting by an index reads the table.
-- A tenth of each page is left free: of 100,000 updates of contact dates 98 % stayed on their page and touched no index,
-- instead of 92 %; in the end the table had as many pages as without.
alter table leads set (
	fillfactor = 90,
	autovacuum_vacuum_threshold = 1000,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_vacuum_insert_threshold = 5000,
	autovacuum_vacuum_insert_scale_factor = 0.05,
	autovacuum_analyze_threshold = 1000,
	autovacuum_analyze_scale_factor = 0.02
);

-- 10 M communications. One that is sent leaves three dead versions (claimed, begun, completed), and as each changes a column
-- of an index over what is due, none can stay on its page: no free space would help. 2,000 + 2 % = 202,000 dead rows, those of
-- 67,000 messages, instead of 2,000,050. Each run reads the indexes once (about 2 GB at 10 M), hence not less than 2 %.
alter table communications set (
	autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_vacuum_insert_threshold = 10000,
	autovacuum_vacuum_insert_scale_factor = 0.05,
	autovacuum_analyze_threshold = 2000,
	autovacuum_analyze_scale_factor = 0.02
);

-- Each attempt is inserted and updated twice within seconds, in no indexed column. With half of each page left free 78 % of
-- those updates stay on their page, instead of 33 %, for 7 % more pages in the end.
alter table communication_attempts set (
	fillfactor = 50,
	autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_analyze_threshold = 2000,
	autovacuum_analyze_scale_factor = 0.05
);

-- A month of events: rows are appended and hardly ever changed; some go with their lead, or by retention. Frozen by the
-- first vacuum that follows the inserts (10 % of the month, instead of 20 %), so that no later one has to read an old month
-- again against wraparound. Statistics after 2 %: readers ask for the newest transactions, which older statistics have not
-- seen. A partition takes no settings from its table, so each is given them.
create procedure lma.tune_activity_partition(tuned regclass)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	execute format(
		'alter table %s set (
			autovacuum_freeze_min_age = 0,
			autovacuum_vacuum_threshold = 2000,
			autovacuum_vacuum_scale_factor = 0.05,
			autovacuum_vacuum_insert_threshold = 10000,
			autovacuum_vacuum_insert_scale_factor = 0.1,
			autovacuum_analyze_threshold = 2000,
			autovacuum_analyze_scale_factor = 0.02
		)', tuned);
end
$$;

do $$
declare
	found regclass;
begin
	for found in
		select inhrelid::regclass
		from pg_inherits
		where inhparent = 'public.activity_logs'::regclass
	loop
		call lma.tune_activity_partition(found);
	end loop;
end
$$;

-- Makes the partition of the month that begins at this time and moves into it what the default partition took in the
-- meantime. False when there is one already.
create function lma.make_activity_partition(month timestamptz) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
	next_month timestamptz := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
	partition_name text := 'activity_logs_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
	if to_regclass('public.' || partition_name) is not null then
		return false;
	end if;
	execute format(
		'create table public.%I (like public.activity_logs including defaults including constraints)', partition_name);
	call lma.tune_activity_partition(format('public.%I', partition_name)::regclass);
	-- A partition has row security of its own, for whoever names it directly: nobody may.
	execute format('alter table public.%I enable row level security', partition_name);
	execute format('alter table public.%I force row level security', partition_name);
	execute format('create policy owner on public.%I to lma_owner using (true) with check (true)', partition_name);
	execute format(
		'with moved as (
			delete from public.activity_logs_default
			where created_at >= $1 and created_at < $2
			returning *
		)
		insert into public.%I select * from moved', partition_name) using month, next_month;
	execute format(
		'alter table public.activity_logs attach partition public.%I for values from (%L) to (%L)',
		partition_name, month, next_month);
	return true;
end
$$;
revoke all on function lma.make_activity_partition(timestamptz) from public;

-- As before, and the partitions it makes are tuned. Waits at most a second for the locks, then raises lock_not_available:
-- behind its wait for a transaction left open by one organization, every reader of events would wait too. Months are made
-- ahead, so there is time to repeat it.
create or replace function lma.ensure_activity_partitions(months_ahead integer default 3) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '1s'
as $$
declare
	made integer := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0));
	for ahead in 0..months_ahead loop
		if lma.make_activity_partition(
			(date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC')
		then
			made := made + 1;
		end if;
	end loop;
	return made;
end
$$;

-- Whether a table has become larger, since it was last vacuumed or analyzed, by more than 10,000 rows and this share, or
-- has never been analyzed with rows in it. By its size: what the statistics collector knows is a second late, and knows
-- nothing of the transaction that is running. About 50 µs.
create function lma.has_grown(grown regclass, share float8) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
	select case
		when c.reltuples <= 0 or c.relpages = 0 then size.pages > 0
		else (size.pages - c.relpages) * c.reltuples / c.relpages > greatest(10000, share * c.reltuples)
	end
	from pg_class c
	cross join lateral (
		select pg_relation_size(c.oid) / current_setting('block_size')::bigint as pages
	) size
	where c.oid = grown
$$;

-- Called by the triggers of bulk writes: analyzes a table inside the writer's transaction, at the first bulk write and
-- then each time it has grown by a fifth. From 10,000 rows to a million that is 26 times. Only the plain columns of
-- indexes: the words that leads are searched by take ten times as long (100,000 leads: 5.2 s against 0.4 s), and autovacuum
-- comes for them, since this does not count as an analysis for it. Waits for nobody, and blocks no writer.
create or replace function lma.analyze_once(analyzed regclass) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if lma.has_grown(analyzed, 0.2) then
		execute format(
			'analyze (skip_locked) %s (%s)',
			analyzed,
			(
				select string_agg(distinct quote_ident(a.attname), ', ')
				from pg_index i
				cross join unnest(i.indkey::int2[]) as indexed
				join pg_attribute a on a.attrelid = i.indrelid and a.attnum = indexed
				where i.indrelid = analyzed
			));
	end if;
end
$$;

-- For the end of a bulk load, in a transaction of its own: analyzes the tables that have changed by more than 10,000 rows
-- and a fiftieth, which autovacuum would do within a minute. Waits for nobody, blocks no writer, can be repeated.
create function lma.analyze_after_load() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	loaded regclass;
begin
	for loaded in
		select c.oid
		from pg_class c
		where c.oid in (
				select unnest('{public.leads,public.lead_notes,public.communications,public.campaign_leads}'::regclass[])
				union all
				select inhrelid
				from pg_inherits
				where inhparent = 'public.activity_logs'::regclass
			)
			and (
				lma.has_grown(c.oid, 0.02)
				or pg_stat_get_mod_since_analyze(c.oid) > greatest(10000, 0.02 * c.reltuples)
			)
	loop
		execute format('analyze (skip_locked) %s', loaded);
	end loop;
end
$$;

revoke all on procedure lma.tune_activity_partition(regclass) from public;
revoke all on function lma.has_grown(regclass, float8), lma.analyze_after_load() from public;
grant execute on function lma.analyze_after_load() to lma_app, lma_worker;

comment on function lma.analyze_after_load() is
	'Analyzes the tables that a bulk load has changed much; for the end of the load.';
comment on function lma.analyze_once(regclass) is
	'Analyzes a table at its first bulk write, and each time it has grown by a fifth; for triggers.';
comment on function lma.has_grown(regclass, float8) is
	'Whether a table has grown by more than 10,000 rows and a share of it since it was vacuumed or analyzed.';
comment on procedure lma.tune_activity_partition(regclass) is
	'Gives a partition of activity_logs the autovacuum settings of all of them.';
