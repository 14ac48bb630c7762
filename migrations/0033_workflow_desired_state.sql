-- Workflows that are registered here and made in n8n: what is wanted of each, and how far the worker has come with it.
--
-- What is wanted is in workflows.configuration: `template`, the nodes, connections and settings; `desired`, {"active": true}. A
-- row without `desired`, as other clients write it, is followed and never changed in n8n.

alter table workflows
	add column registered_name varchar(255),
	add column desired_active boolean generated always as (
		case configuration #> '{desired,active}'
			when 'true'::jsonb then true
			when 'false'::jsonb then false
		end) stored;
comment on column workflows.registered_name is 'The name it was registered by. It stays when the workflow is renamed in n8n.';
comment on column workflows.desired_active is 'Whether it should be published in n8n; null when that is left to n8n.';
grant insert (registered_name) on workflows to lma_app;

create unique index idx_workflows_org_registered on workflows (organization_id, integration_id, registered_name)
	nulls not distinct
	where registered_name is not null;
comment on index idx_workflows_org_registered
	is 'Serves registering a workflow again by its name, and that it is registered once.';
create index idx_workflows_org_desired on workflows (organization_id, integration_id, id)
	where desired_active is not null;
comment on index idx_workflows_org_desired
	is 'Serves the workflows of an n8n instance of which something is wanted.';

alter table workflow_sync_states
	-- Also the mark of its nodes in n8n, by which it is found again.
	add column registration_id uuid,
	add column create_started_at timestamptz,
	add column apply_attempts integer not null default 0,
	add column apply_after timestamptz,
	add column last_applied_at timestamptz;
comment on column workflow_sync_states.registration_id is 'What the ids of its nodes in n8n are made from: by them it is found again.';
comment on column workflow_sync_states.create_started_at
	is 'When n8n was asked to create it, committed before the request; null once the outcome is known.';
comment on column workflow_sync_states.apply_attempts is 'How often in a row n8n was not brought to what is wanted.';
comment on column workflow_sync_states.apply_after is 'When that is tried again; null: now.';
comment on column workflow_sync_states.last_applied_at is 'When n8n was last brought to what is wanted, and read back.';
comment on column workflow_sync_states.last_error is 'Why n8n is not as wanted, in words; null when it is.';

alter table integrations
	add column sync_requested bigint not null default 0,
	add column sync_served bigint not null default 0;
comment on column integrations.sync_requested is 'How often a scan of this n8n instance was asked for.';
comment on column integrations.sync_served is 'What sync_requested was when the last finished scan began: below it, one is due.';
grant select (sync_requested, sync_served) on integrations to lma_app, lma_readonly;
grant update (sync_served) on integrations to lma_worker;

insert into lma.worker_channels (name)
values ('workflows');
comment on table lma.worker_channels is 'The NOTIFY channels of the worker: dispatch, when something is due; workflows, when a scan is.';

-- Asks for a scan of these n8n instances. In the order of ids, so that two transactions cannot wait for each other.
create function lma.want_workflow_sync(integration_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform
	from public.integrations i
	where i.id = any(integration_ids)
	order by i.id
	for no key update;
	update public.integrations i
	set sync_requested = i.sync_requested + 1
	where i.id = any(integration_ids);
	perform lma.notify_worker('workflows');
end
$$;
comment on function lma.want_workflow_sync(integer[]) is 'Asks for a scan of these n8n instances, and wakes the worker.';

-- The same for nodes: of their own organization only, and without the wait of earlier failures.
create function lma.request_workflow_sync(integration_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	own_id integer := lma.current_organization_id();
	own_integrations integer[] := array(
		select i.id
		from public.integrations i
		where i.organization_id = own_id
			and i.integration_type = 'n8n'
			and i.id = any(integration_ids));
begin
	update public.workflow_sync_states s
	set apply_after = null
	from public.workflows w
	where s.organization_id = own_id
		and s.apply_after is not null
		and w.organization_id = own_id
		and w.id = s.workflow_id
		and w.integration_id = any(own_integrations);
	perform lma.want_workflow_sync(own_integrations);
end
$$;
comment on function lma.request_workflow_sync(integer[])
	is 'Asks the worker to scan these n8n instances of the current organization now.';

-- Whoever changes what is wanted of a workflow, by whatever client, has the worker look at once, without the wait of earlier
-- failures. One without an instance yet goes to whichever its organization has.
create function lma.workflows_want_sync() returns trigger
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
			apply_after = null
		where s.workflow_id = any(wanted)
			and s.apply_attempts > 0;
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
comment on function lma.workflows_want_sync() is 'Asks for a scan where something else is wanted of a workflow.';

create trigger workflows_want_sync_inserted after insert on workflows
	referencing new table as after_rows
	for each statement execute function lma.workflows_want_sync();
create trigger workflows_want_sync_updated after update on workflows
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.workflows_want_sync();

revoke all on function lma.want_workflow_sync(integer[]), lma.request_workflow_sync(integer[]), lma.workflows_want_sync()
	from public;
grant execute on function lma.request_workflow_sync(integer[]) to lma_app;
