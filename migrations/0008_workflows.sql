-- Workflows that are registered here and made in n8n: what is wanted of each, and how far the worker has come with it.
--
-- What is wanted is in workflows.configuration: `template`, the nodes, connections and settings; `desired`, {"active": true}. A
-- row without `desired`, as other clients write it, is followed and never changed in n8n. template_key tells which template a
-- workflow in n8n has, so that a new one replaces what nobody has edited there, and nothing else.

create table workflows (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	n8n_workflow_id varchar(255) not null,
	name varchar(255) not null,
	description text,
	category varchar(100),
	trigger_type varchar(100),
	trigger_conditions jsonb not null default '{}',
	configuration jsonb not null default '{}',
	is_active boolean not null default true,
	created_by integer,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	-- The n8n instance it lives in. Workflow ids are unique within one instance only.
	integration_id integer,
	registered_name varchar(255),
	desired_active boolean generated always as (
		case configuration #> '{desired,active}'
			when 'true'::jsonb then true
			when 'false'::jsonb then false
		end) stored,
	template_key bigint generated always as (
		hashtextextended((configuration -> 'template')::text, 0)) stored,
	constraint workflows_created_by_same_organization foreign key (organization_id, created_by)
		references users (organization_id, id),
	constraint workflows_integration_same_organization foreign key (organization_id, integration_id)
		references integrations (organization_id, id),
	constraint workflows_sizes_in_range check (
		octet_length(description) <= 16777216
		and octet_length(trigger_conditions::text) <= 16777216
		and octet_length(configuration::text) <= 16777216
	)
);

comment on table workflows is 'n8n workflows, registered here or found there.';
comment on column workflows.integration_id is
	'The n8n instance it lives in. Workflow ids are unique within one instance only.';
comment on column workflows.registered_name is
	'The name it was registered under. It stays when the workflow is renamed in n8n.';
comment on column workflows.desired_active is 'Whether it should be published in n8n; null when that is left to n8n.';
comment on column workflows.template_key is 'Tells one template from another; null when it has none.';
comment on constraint workflows_sizes_in_range on workflows is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index workflows_pkey is 'Serves finding a workflow by id.';

create index idx_workflows_org_active on workflows (organization_id, is_active) where is_active;
comment on index idx_workflows_org_active is 'Serves the active workflows of an organization.';

create index ix_workflows_created_by on workflows (created_by);
comment on index ix_workflows_created_by is 'Serves deleting a user who created workflows.';

alter table workflows
	add constraint workflows_n8n_workflow_id_key unique nulls not distinct (organization_id, integration_id, n8n_workflow_id);
comment on index workflows_n8n_workflow_id_key is
	'Serves finding the workflow of an n8n instance by its id in n8n, and the promise that it is stored only once.';

create unique index ix_workflows_organization_id on workflows (organization_id, id);
comment on index ix_workflows_organization_id is 'Serves the newest workflows of an organization, and counting them.';

create index idx_workflows_org_trigger_type on workflows (organization_id, trigger_type);
comment on index idx_workflows_org_trigger_type is
	'Serves the workflows of an organization with one kind of trigger.';

create index idx_workflows_org_category on workflows (organization_id, category);
comment on index idx_workflows_org_category is 'Serves the workflows of an organization in one category.';

create unique index idx_workflows_org_registered on workflows (organization_id, integration_id, registered_name)
	nulls not distinct
	where registered_name is not null;
comment on index idx_workflows_org_registered is
	'Serves registering a workflow again by its name, and the promise that it is registered only once.';

create index idx_workflows_org_desired on workflows (organization_id, integration_id, id)
	where desired_active is not null;
comment on index idx_workflows_org_desired is 'Serves the workflows of an n8n instance that have a desired state.';

call lma.secure_table('public.workflows');
grant select, delete on workflows to lma_app;
grant select, insert, update on workflows to lma_worker;
grant select on workflows to lma_readonly;
grant insert (
	organization_id, n8n_workflow_id, name, description, category, trigger_type, trigger_conditions,
	configuration, is_active, created_by, created_at, updated_at, integration_id, registered_name
) on workflows to lma_app;
grant update (
	n8n_workflow_id, name, description, category, trigger_type, trigger_conditions, configuration, is_active,
	created_by, created_at, updated_at, integration_id
) on workflows to lma_app;
grant usage on sequence workflows_id_seq to lma_app, lma_worker;

create trigger workflows_touch_updated_at before update on workflows
	for each row execute function lma.touch_updated_at();

-- What n8n last said about a workflow.
create table workflow_sync_states (
	workflow_id integer primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	remote_version_id text,
	remote_active_version_id text,
	is_archived boolean not null default false,
	remote_updated_at timestamptz,
	tags jsonb not null default '[]',
	content_hash text,
	last_seen_at timestamptz,
	missing_since timestamptz,
	last_error text,
	-- Also the mark of its nodes in n8n, by which it is found again.
	registration_id uuid,
	create_started_at timestamptz,
	apply_attempts integer not null default 0,
	apply_after timestamptz,
	last_applied_at timestamptz,
	applied_template_key bigint,
	applied_version_id text,
	constraint workflow_sync_states_workflow_same_organization foreign key (organization_id, workflow_id)
		references workflows (organization_id, id) on delete cascade
);

comment on table workflow_sync_states is 'What n8n last said about a workflow.';
comment on column workflow_sync_states.last_error is 'Why the workflow in n8n is not in the desired state, in words; null when it is.';
comment on column workflow_sync_states.registration_id is
	'What the ids of its nodes in n8n are derived from; they serve to find it again.';
comment on column workflow_sync_states.create_started_at is
	'When n8n was asked to create it, committed before the request; null once the outcome is known.';
comment on column workflow_sync_states.apply_attempts is 'How many attempts in a row have failed to bring the workflow to the desired state.';
comment on column workflow_sync_states.apply_after is 'When the next attempt is due; null means now.';
comment on column workflow_sync_states.last_applied_at is
	'When the workflow in n8n was last brought to the desired state and read back.';
comment on column workflow_sync_states.applied_template_key is
	'template_key of the template that was last applied in n8n and read back.';
comment on column workflow_sync_states.applied_version_id is
	'versionId in n8n after the worker last wrote there; a different one means that somebody has edited the workflow since.';
comment on index workflow_sync_states_pkey is 'Serves the state of a workflow, and its deletion.';

create index ix_workflow_sync_states_organization_id on workflow_sync_states (organization_id, workflow_id);
comment on index ix_workflow_sync_states_organization_id is 'Serves deleting an organization.';

call lma.secure_table('public.workflow_sync_states');
grant select on workflow_sync_states to lma_app, lma_readonly;
grant select, insert, update on workflow_sync_states to lma_worker;

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
comment on function lma.want_workflow_sync(integer[]) is
	'Asks for a scan of these n8n instances, and wakes the worker.';

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
comment on function lma.request_workflow_sync(integer[]) is
	'Asks the worker to scan these n8n instances of the current organization now.';
grant execute on function lma.request_workflow_sync(integer[]) to lma_app;

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
comment on function lma.workflows_want_sync() is 'Asks for a scan when the desired state of a workflow has changed.';

create trigger workflows_want_sync_inserted after insert on workflows
	referencing new table as after_rows
	for each statement execute function lma.workflows_want_sync();
create trigger workflows_want_sync_updated after update on workflows
	referencing old table as before_rows new table as after_rows
	for each statement execute function lma.workflows_want_sync();
