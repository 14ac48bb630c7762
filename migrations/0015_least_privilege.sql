-- An empty search_path leaves pg_temp in front, for relations and types alike: whoever names a temporary domain "text"
-- or view "pg_class" had it run as lma_owner by the functions above. pg_temp counts last only where it is listed.
do $$
declare
	routine regprocedure;
begin
	for routine in
		select oid
		from pg_catalog.pg_proc
		where pronamespace = 'lma'::regnamespace
	loop
		execute pg_catalog.format('alter routine %s set search_path = pg_catalog, pg_temp', routine);
	end loop;
end
$$;

-- The columns of the dispatch are set by trigger and worker alone. One row with the greatest possible epoch made the
-- worker's claim overflow, and nothing of any organization was sent.
revoke insert, update on communications from lma_app;
grant insert (
	id, organization_id, lead_id, user_id, communication_type, direction, subject, content, status, scheduled_at,
	completed_at, comm_metadata, created_at, updated_at
) on communications to lma_app;
grant update (
	lead_id, user_id, communication_type, direction, subject, content, status, scheduled_at, completed_at,
	comm_metadata, created_at, updated_at
) on communications to lma_app;
