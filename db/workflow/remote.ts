import type { Observation } from '../../domain/workflow/observation';
import type { JsonValue, Sql } from '../connection/client';

export interface WorkflowOwner {
	organizationId: number;
	integrationId: number;
}

/**
 * Stores what n8n says, in one statement for any number of workflows. Rows that would stay the same are not
 * rewritten; `configuration`, `category` and `trigger_conditions` belong to the database and are never touched.
 * Can be repeated.
 */
export async function upsertRemoteWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	workflows: Observation[],
): Promise<{ created: number; updated: number }> {
	const input = workflows.map((workflow) => ({
		...workflow,
		description: workflow.description ?? null,
	})) as unknown as JsonValue;
	const [counts] = await sql<{ created: number; updated: number }[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)}) as t(
				"n8nWorkflowId" text, name text, description text, "isActive" boolean, "triggerType" text, "versionId" text,
				"activeVersionId" text, "isArchived" boolean, "updatedAt" timestamptz, tags jsonb, "contentHash" text,
				"draftEdits" jsonb, "publishedEdits" jsonb, "editsInWords" text, crossing text,
				"isCrossingPublished" boolean, "judgedBy" text)
			order by "n8nWorkflowId"
		), written as (
			insert into workflows as w (
				organization_id, integration_id, n8n_workflow_id, name, description, trigger_type, is_active)
			select ${organizationId}::int, ${integrationId}::int, "n8nWorkflowId", name, description, "triggerType", "isActive"
			from input
			on conflict (organization_id, integration_id, n8n_workflow_id) do update
			set name = excluded.name,
				description = coalesce(excluded.description, w.description),
				trigger_type = excluded.trigger_type,
				is_active = excluded.is_active
			where (w.name, w.trigger_type, w.is_active, w.description)
				is distinct from (
					excluded.name, excluded.trigger_type, excluded.is_active,
					coalesce(excluded.description, w.description))
			returning w.id, w.n8n_workflow_id, w.xmax = 0 as created
		), identified as (
			select id, n8n_workflow_id
			from written
			union
			select w.id, w.n8n_workflow_id
			from workflows w
			join input on input."n8nWorkflowId" = w.n8n_workflow_id
			where w.organization_id = ${organizationId}::int
				and w.integration_id = ${integrationId}::int
		), state as (
			insert into workflow_sync_states as s (
				workflow_id, organization_id, remote_version_id, remote_active_version_id, is_archived,
				remote_updated_at, tags, content_hash, draft_edits, published_edits, edits_in_words, crossing,
				is_crossing_published, judged_by, last_seen_at, missing_since)
			select identified.id, ${organizationId}::int, "versionId", "activeVersionId", "isArchived", "updatedAt", tags,
				"contentHash", "draftEdits", "publishedEdits", "editsInWords", crossing,
				"isCrossingPublished", "judgedBy", now(), null
			from input
			join identified on identified.n8n_workflow_id = input."n8nWorkflowId"
			on conflict (workflow_id) do update
			set remote_version_id = excluded.remote_version_id,
				remote_active_version_id = excluded.remote_active_version_id,
				is_archived = excluded.is_archived,
				remote_updated_at = excluded.remote_updated_at,
				tags = excluded.tags,
				content_hash = excluded.content_hash,
				draft_edits = excluded.draft_edits,
				published_edits = excluded.published_edits,
				edits_in_words = excluded.edits_in_words,
				-- What was edited since the template was compared may have become what it says.
				refused_template_key = case
					when s.draft_edits is not distinct from excluded.draft_edits then s.refused_template_key
				end,
				crossing = excluded.crossing,
				is_crossing_published = excluded.is_crossing_published,
				-- What was not this organization's may be it now.
				apply_after = case
					when s.judged_by = excluded.judged_by and s.crossing is not distinct from excluded.crossing
						then s.apply_after
				end,
				judged_by = excluded.judged_by,
				last_seen_at = excluded.last_seen_at,
				missing_since = null
		)
		select count(*) filter (where created)::int as created, count(*) filter (where not created)::int as updated
		from written`;
	return { created: counts?.created ?? 0, updated: counts?.updated ?? 0 };
}

/** Workflows of this instance that were known before and not missing: their ids in n8n. */
export async function listPresentWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
): Promise<string[]> {
	const rows = await sql<{ n8nWorkflowId: string }[]>`
		select w.n8n_workflow_id
		from workflows w
		join workflow_sync_states s on s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and s.missing_since is null
			and w.n8n_workflow_id not like 'pending:%'
		order by w.n8n_workflow_id`;
	return rows.map((row) => row.n8nWorkflowId);
}

/** Marks workflows that n8n no longer has: switched off, and missing since now. The rows stay. */
export async function markMissingWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	n8nWorkflowIds: string[],
): Promise<void> {
	await sql`
		with gone as materialized (
			select w.id
			from workflows w
			where w.organization_id = ${organizationId}
				and w.integration_id = ${integrationId}
				and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))
		), switched_off as (
			update workflows w
			set is_active = false
			from gone
			where w.id = gone.id
				and w.is_active
		)
		update workflow_sync_states s
		set missing_since = now()
		from gone
		where s.workflow_id = gone.id
			and s.missing_since is null`;
}

/** Renews `last_seen_at` of workflows that did not change. */
export async function touchSeenWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	n8nWorkflowIds: string[],
): Promise<void> {
	await sql`
		update workflow_sync_states s
		set last_seen_at = now()
		from workflows w
		where w.id = s.workflow_id
			and w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))`;
}
