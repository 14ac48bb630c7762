-- Whether a workflow should be published can be said again while n8n is being read: what was read by then says nothing of it.

alter table workflow_sync_states add column is_publication_heard boolean not null default false;
comment on column workflow_sync_states.is_publication_heard is
	'Whether the worker has begun to look at n8n since the publication state was last asked for: only then it may be settled.';

create or replace function lma.workflows_want_sync() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	wanted integer[];
begin
	if tg_op = 'INSERT' then
		wanted := array(select n.id from after_rows n where n.desired_active is not null);
	else
		wanted := array(
			select n.id
			from after_rows n
			join before_rows o on o.id = n.id
			where n.desired_active is not null
				and n.configuration is distinct from o.configuration);
		update public.workflow_sync_states s
		set apply_attempts = 0,
			apply_after = null,
			last_error = null
		where s.workflow_id = any(wanted)
			and (s.apply_attempts > 0 or s.last_error is not null);
		update public.workflow_sync_states s
		set is_publication_settled = false,
			is_publication_heard = false,
			overruled_at = null
		from after_rows n
		join before_rows o on o.id = n.id
		where s.workflow_id = n.id
			and n.desired_active is distinct from o.desired_active
			and (s.is_publication_settled or s.is_publication_heard or s.overruled_at is not null);
	end if;
	if cardinality(wanted) > 0 then
		perform lma.want_workflow_sync(array(
			select distinct i.id
			from after_rows n
			join public.integrations i on i.organization_id = n.organization_id
				and (i.id = n.integration_id or n.integration_id is null)
			where n.id = any(wanted)
				and i.integration_type = 'n8n'));
	end if;
	return null;
end
$$;

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
	-- Of workflows that are wanted differently from before, none of it holds any more: their trigger has seen to them.
	with again as (
		update public.workflow_sync_states s
		set is_publication_settled = false,
			is_publication_heard = false,
			overruled_at = null,
			last_error = case when s.overruled_at is null then s.last_error end,
			apply_attempts = case when s.overruled_at is null then s.apply_attempts else 0 end,
			apply_after = case when s.overruled_at is null then s.apply_after end
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and (s.is_publication_settled or s.is_publication_heard or s.overruled_at is not null)
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
