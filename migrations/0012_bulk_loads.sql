-- Statistics after bulk writes. Plans for a table never analyzed take any index that starts with the organization for as good
-- as the one on the id, and then read all rows of the organization for each row written. A bulk insert cannot wait for
-- autovacuum.

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
comment on function lma.has_grown(regclass, double precision) is
	'Whether a table has grown by more than 10,000 rows and by a share of its size since it was last vacuumed or analyzed.';

-- Called by the triggers of bulk writes: analyzes a table inside the writer's transaction, at the first bulk write and
-- then each time it has grown by a fifth. From 10,000 rows to a million that is 26 times. Only the plain columns of
-- indexes: the words that leads are searched by take ten times as long (100,000 leads: 5.2 s against 0.4 s), and autovacuum
-- comes for them, since this does not count as an analysis for it. Waits for nobody, and blocks no writer.
create function lma.analyze_once(analyzed regclass) returns void
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
comment on function lma.analyze_once(regclass) is
	'Analyzes a table at its first bulk write, and each time it has grown by a fifth; for triggers.';

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
comment on function lma.analyze_after_load() is
	'Analyzes the tables that a bulk load has changed a lot; to be called at the end of the load.';
grant execute on function lma.analyze_after_load() to lma_app, lma_worker;
