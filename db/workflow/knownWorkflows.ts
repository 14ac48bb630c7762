import type { WorkflowContent } from '../../domain/workflow/content';
import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/** What the last scan knew of a workflow. */
export interface KnownWorkflow {
	n8nWorkflowId: string;
	/** Version, active version, archived, updated at, tag ids; null when it was never scanned. */
	fingerprint: unknown[] | null;
	isMissing: boolean;
	/** It was seen long enough ago that `last_seen_at` should be renewed. */
	isStale: boolean;
	/** `Observation.judgedBy` when it was last stored. */
	judgedBy: string | null;
	/** Something is wanted of it. */
	isWanted: boolean;
}

/** What is stored of these workflows of one n8n instance; those it does not know are left out. */
export async function findKnownWorkflows(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	n8nWorkflowIds: string[],
): Promise<KnownWorkflow[]> {
	return sql<KnownWorkflow[]>`
		select w.n8n_workflow_id, s.missing_since is not null as is_missing,
			coalesce(s.last_seen_at < now() - interval '1 hour', true) as is_stale,
			s.judged_by, w.desired_active is not null as is_wanted,
			case when s.workflow_id is not null then jsonb_build_array(
				s.remote_version_id, s.remote_active_version_id, s.is_archived,
				to_char(s.remote_updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
				jsonb_path_query_array(s.tags, '$[*].id')
			) end as fingerprint
		from workflows w
		left join workflow_sync_states s on s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))`;
}

/** What the worker last wrote of these workflows, by their ids in n8n; those it never wrote are left out. */
export async function findWrittenContents(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	n8nWorkflowIds: string[],
): Promise<Map<string, WorkflowContent>> {
	const rows = await sql<{ n8nWorkflowId: string; content: WorkflowContent }[]>`
		select w.n8n_workflow_id, s.applied_content as content
		from workflows w
		join workflow_sync_states s on s.workflow_id = w.id
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and s.applied_content is not null
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))`;
	return new Map(rows.map(({ n8nWorkflowId, content }) => [n8nWorkflowId, content]));
}
