-- Events of months that never had a partition (brought by a restore, or from a time without a worker) lie in the default
-- one, where no month of them can be taken out. Gives each such month its partition and moves its events there, the oldest
-- first; returns how many months. Takes as long as the move; inserts of other months go on. Can be repeated.
create function lma.place_stray_activity() returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	month timestamptz;
	placed integer := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0));
	for month in
		select distinct date_trunc('month', created_at at time zone 'UTC') at time zone 'UTC'
		from public.activity_logs_default
		order by 1
	loop
		if lma.make_activity_partition(month) then
			placed := placed + 1;
		end if;
	end loop;
	return placed;
end
$$;

revoke all on function lma.place_stray_activity() from public;
comment on function lma.place_stray_activity() is
	'Gives events in the default partition the partition of their month. For the owner, when lma doctor says so.';
