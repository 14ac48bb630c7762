-- What people change in n8n, apart from what is wanted: which nodes, draft and published version apart, publishing and
-- unpublishing by hand; and what a workflow uses there that is not its organization's.

alter table workflow_sync_states
	-- A version also moves when somebody moves a node on the canvas.
	drop column applied_version_id,
	add column applied_content jsonb,
	add column draft_edits jsonb,
	add column published_edits jsonb,
	add column edits_in_words text,
	add column refused_template_key bigint,
	add column overwrite_requested_at timestamptz,
	add column is_publication_settled boolean not null default false,
	add column overruled_at timestamptz,
	add column claimed_at timestamptz,
	add column left_out text,
	add column crossing text,
	add column is_crossing_published boolean not null default false,
	add column judged_by text;

comment on column workflow_sync_states.applied_content is
	'What n8n had after the worker last wrote there: names and hashes, from which edits are told.';
comment on column workflow_sync_states.draft_edits is
	'What people have since changed in n8n: nodes added, removed, renamed, changed; connections; settings; the name. Null when nothing.';
comment on column workflow_sync_states.published_edits is
	'The same of the published version, which has no name and settings of its own.';
comment on column workflow_sync_states.edits_in_words is 'Both, as a sentence.';
comment on column workflow_sync_states.refused_template_key is
	'template_key of the template that was not applied, because it would have undone edits.';
comment on column workflow_sync_states.overwrite_requested_at is
	'When it was asked that the template replace the edits; null once that is done.';
comment on column workflow_sync_states.is_publication_settled is
	'Whether n8n has been in the desired publication state since that was last asked for: what differs from then on was done there by hand.';
comment on column workflow_sync_states.overruled_at is
	'When it was found to have been published or unpublished in n8n against the desired state; left alone until that is asked for again.';
comment on column workflow_sync_states.claimed_at is
	'When it was last registered, until a scan has seen it in n8n: if it turns out to be missing, it is created again.';
comment on column workflow_sync_states.left_out is
	'Which settings of the template n8n did not take, as a sentence; null when it took all of them.';
comment on column workflow_sync_states.crossing is
	'What it uses in n8n that is of another organization or unknown, in words; null when there is nothing.';
comment on column workflow_sync_states.is_crossing_published is 'Whether the published version does.';
comment on column workflow_sync_states.judged_by is
	'Which credentials and neighbours the organization had in n8n when crossing was found; when they change, it is looked for again.';

-- Whoever changes what is wanted of a workflow begins anew: what n8n refused before, and what was published there by hand against
-- an earlier wish, says nothing any more.
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
			overruled_at = null
		from after_rows n
		join before_rows o on o.id = n.id
		where s.workflow_id = n.id
			and n.desired_active is distinct from o.desired_active
			and (s.is_publication_settled or s.overruled_at is not null);
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

-- Registered once more, by a node: the worker looks at once, forgets why it failed before, and makes anew what it does not find.
-- With overwrite the template replaces what people have edited. Returns the workflows whose edits are to go.
create function lma.register_again(workflow_ids integer[], overwritten integer[]) returns setof integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	own_id integer := lma.current_organization_id();
begin
	perform
	from public.workflow_sync_states s
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
	order by s.workflow_id
	for no key update;
	update public.workflow_sync_states s
	set claimed_at = now(),
		last_error = null,
		apply_attempts = 0,
		apply_after = null
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids);
	-- Also where none are known: what was edited a moment ago has not been seen yet.
	update public.workflow_sync_states s
	set overwrite_requested_at = now()
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
		and s.workflow_id = any(overwritten)
		and s.registration_id is not null;
	return query
		select s.workflow_id
		from public.workflow_sync_states s
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and s.overwrite_requested_at = now()
			and (s.draft_edits is not null or s.published_edits is not null);
	perform lma.want_workflow_sync(array(
		select distinct w.integration_id
		from public.workflows w
		where w.organization_id = own_id
			and w.id = any(workflow_ids)
			and w.integration_id is not null));
end
$$;
comment on function lma.register_again(integer[], integer[]) is
	'Has the worker begin anew with workflows of the current organization, and undo edits of those in the second list.';
grant execute on function lma.register_again(integer[], integer[]) to lma_app;

-- Somebody says once more whether workflows should be published: what was done in n8n by hand no longer counts.
create function lma.settle_publication_again(workflow_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	own_id integer := lma.current_organization_id();
	overruled integer[];
begin
	with again as (
		update public.workflow_sync_states s
		set is_publication_settled = false,
			overruled_at = null,
			last_error = null,
			apply_attempts = 0,
			apply_after = null
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and s.overruled_at is not null
		returning s.workflow_id
	)
	select array_agg(again.workflow_id)
	into overruled
	from again;
	if overruled is not null then
		perform lma.want_workflow_sync(array(
			select distinct w.integration_id
			from public.workflows w
			where w.organization_id = own_id
				and w.id = any(overruled)
				and w.integration_id is not null));
	end if;
end
$$;
comment on function lma.settle_publication_again(integer[]) is
	'Has the worker bring about the desired publication state of these workflows though it was changed in n8n by hand.';
grant execute on function lma.settle_publication_again(integer[]) to lma_app;
