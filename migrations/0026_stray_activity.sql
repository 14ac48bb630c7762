-- Events of months that never had a partition (brought by a restore, or from a time without a worker) lie in the default
-- one, where no month of them can be taken out. Gives each such month its partition and moves its events there, the oldest
-- first; returns how many months. Takes as long as the move; inserts of other months go on. Can be repeated.
create function lma.place_stray_activity() returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	month timestamptz;
	next_month timestamptz;
	partition_name text;
	placed integer := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0));
	for month in
		select distinct date_trunc('month', created_at at time zone 'UTC') at time zone 'UTC'
		from public.activity_logs_default
		order by 1
	loop
		next_month := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
		partition_name := 'activity_logs_' || to_char(month at time zone 'UTC', 'YYYY_MM');
		continue when to_regclass('public.' || partition_name) is not null;
		execute format(
			'create table public.%I (like public.activity_logs including defaults including constraints)', partition_name);
		call lma.tune_activity_partition(format('public.%I', partition_name)::regclass);
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
		placed := placed + 1;
	end loop;
	return placed;
end
$$;

revoke all on function lma.place_stray_activity() from public;
comment on function lma.place_stray_activity() is
	'Gives events in the default partition the partition of their month. For the owner, when lma doctor says so.';
