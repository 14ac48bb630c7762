-- Set Active counts more than what was done in n8n by hand before, also when no scan has seen that yet.
create or replace function lma.settle_publication_again(workflow_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	own_id integer := lma.current_organization_id();
	asked integer[];
begin
	perform
	from public.workflow_sync_states s
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
	order by s.workflow_id
	for no key update;
	-- Of workflows that are wanted differently from before, neither holds any more: their trigger has seen to them.
	with again as (
		update public.workflow_sync_states s
		set is_publication_settled = false,
			overruled_at = null,
			last_error = case when s.overruled_at is null then s.last_error end,
			apply_attempts = case when s.overruled_at is null then s.apply_attempts else 0 end,
			apply_after = case when s.overruled_at is null then s.apply_after end
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and (s.is_publication_settled or s.overruled_at is not null)
		returning s.workflow_id
	)
	select array_agg(again.workflow_id)
	into asked
	from again;
	if asked is not null then
		perform lma.want_workflow_sync(array(
			select distinct w.integration_id
			from public.workflows w
			where w.organization_id = own_id
				and w.id = any(asked)
				and w.integration_id is not null));
	end if;
end
$$;
