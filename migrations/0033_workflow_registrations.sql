-- Registrations that end or get another name.

-- A registration has a name as long as it lasts.
grant update (registered_name) on workflows to lma_app;
-- What was deleted in n8n because that was asked for.
grant delete on workflows to lma_worker;

alter table workflow_sync_states add column rename_requested_at timestamptz;
comment on column workflow_sync_states.rename_requested_at is
	'When it got another registered name, until the workflow in n8n has that, too.';

-- Whoever changes the registered name of a workflow, by whatever client, has the worker give it to n8n. One that loses it is only
-- followed from then on: nothing of what the worker did with it counts any more.
create function lma.workflows_registration_changed() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	renamed integer[];
begin
	update public.workflow_sync_states s
	set registration_id = null,
		create_started_at = null,
		applied_template_key = null,
		applied_content = null,
		draft_edits = null,
		published_edits = null,
		edits_in_words = null,
		refused_template_key = null,
		overwrite_requested_at = null,
		rename_requested_at = null,
		is_publication_settled = false,
		overruled_at = null,
		claimed_at = null,
		left_out = null,
		last_error = null,
		apply_attempts = 0,
		apply_after = null,
		last_applied_at = null,
		-- What nobody wants is judged by other rules.
		judged_by = null
	from after_rows n
	join before_rows o on o.id = n.id
	where o.registered_name is not null
		and n.registered_name is null
		and s.organization_id = n.organization_id
		and s.workflow_id = n.id;
	renamed := array(
		select n.id
		from after_rows n
		join before_rows o on o.id = n.id
		where o.registered_name <> n.registered_name);
	if cardinality(renamed) > 0 then
		-- Also what n8n has not made yet: it may be making it at this moment.
		insert into public.workflow_sync_states as s (workflow_id, organization_id, rename_requested_at)
		select n.id, n.organization_id, now()
		from after_rows n
		where n.id = any(renamed)
		order by n.id
		on conflict (workflow_id) do update
		set rename_requested_at = excluded.rename_requested_at,
			last_error = null,
			apply_attempts = 0,
			apply_after = null;
		perform lma.want_workflow_sync(array(
			select distinct n.integration_id
			from after_rows n
			where n.id = any(renamed)
				and n.integration_id is not null));
	end if;
	return null;
end
$$;
comment on function lma.workflows_registration_changed() is
	'Has the worker rename a workflow in n8n, or forgets what it did with one that is no longer registered.';

create trigger workflows_registration_changed after update on workflows
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.workflows_registration_changed();
