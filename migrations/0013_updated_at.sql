-- updated_at is kept by the database, whichever client writes.
create function lma.touch_updated_at() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	new.updated_at := now();
	return new;
end
$$;

do $$
declare
	touched text;
begin
	foreach touched in array array[
		'organizations', 'users', 'leads', 'lead_notes', 'communications', 'campaigns', 'campaign_leads',
		'integrations', 'workflows', 'scoring_rules', 'assignment_rotations'
	]
	loop
		execute format(
			'create trigger %I before update on %I for each row execute function lma.touch_updated_at()',
			touched || '_touch_updated_at', touched);
	end loop;
end
$$;
