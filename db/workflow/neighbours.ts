import { isSameInstance } from '../../domain/integration/instance';
import { integrationConfigurations } from '../../domain/integration/integration';
import { LISTENING_TYPES, type Reach } from '../../domain/workflow/reach';
import type { Ownership, Surroundings } from '../../domain/workflow/surroundings';
import { PENDING } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/** What an organization has in an n8n, and the connections that others have to the same one. */
export interface Neighbourhood extends Surroundings {
	/** Ids of connections of other organizations. */
	neighbours: number[];
}

/** Who else connects the n8n of a connection: switched off or not, what they registered is there. */
export async function findNeighbourhood(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	configuration: unknown,
): Promise<Neighbourhood> {
	const { baseUrl, credentials = {}, projectId } = integrationConfigurations.n8n.parse(configuration);
	const others = await sql<{ id: number; configuration: unknown }[]>`
		select id, configuration
		from integrations
		where integration_type = 'n8n'
			and organization_id <> ${organizationId}
		order by id`;
	const neighbours = others.flatMap(({ id, configuration: theirs }) => {
		const parsed = integrationConfigurations.n8n.safeParse(theirs).data;
		return parsed && isSameInstance(parsed.baseUrl, baseUrl) ? [{ id, ...parsed }] : [];
	});
	return {
		credentials,
		hasProject: projectId !== undefined && !neighbours.some((one) => one.projectId === projectId),
		isShared: neighbours.length > 0,
		foreignCredentials: [
			...new Set(neighbours.flatMap((one) => Object.values(one.credentials ?? {}))),
		].sort(),
		neighbours: neighbours.map(({ id }) => id),
	};
}

/** Which of these workflows of an n8n another organization has registered or taken in hand. */
export async function findForeignWorkflows(
	sql: Sql,
	neighbours: number[],
	n8nWorkflowIds: string[],
): Promise<Set<string>> {
	if (neighbours.length === 0 || n8nWorkflowIds.length === 0) return new Set();
	const rows = await sql<{ n8nWorkflowId: string }[]>`
		select distinct w.n8n_workflow_id
		from workflows w
		where w.integration_id = any(${neighbours}::int[])
			and w.desired_active is not null
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))`;
	return new Set(rows.map((row) => row.n8nWorkflowId));
}

/** Whose the workflows are that others name. */
export async function findOwnership(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	{ neighbours }: Neighbourhood,
	reaches: Reach[],
): Promise<Ownership> {
	const ids = [...new Set(reaches.flatMap(({ workflows }) => workflows.flatMap(({ id }) => id ?? [])))];
	if (ids.length === 0) return { ownWorkflows: new Set(), foreignWorkflows: new Set() };
	const rows = await sql<{ n8nWorkflowId: string }[]>`
		select w.n8n_workflow_id
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(ids)}))`;
	return {
		ownWorkflows: new Set(rows.map((row) => row.n8nWorkflowId)),
		foreignWorkflows: await findForeignWorkflows(sql, neighbours, ids),
	};
}

/**
 * The first of these paths of webhooks that a template of another organization has in the same n8n; null when none does. Only one that
 * n8n has: whoever was refused a path must not keep those from it who have it.
 */
export async function findForeignPath(
	sql: Sql,
	{ neighbours }: Neighbourhood,
	paths: string[],
): Promise<string | null> {
	if (neighbours.length === 0 || paths.length === 0) return null;
	const [row] = await sql<{ path: string }[]>`
		select trim('/' from given.path) as path
		from workflows w
		join workflow_sync_states s on s.organization_id = w.organization_id
			and s.workflow_id = w.id
			and s.applied_template_key = w.template_key
		cross join jsonb_path_query(w.configuration, '$.template.nodes[*]') as node
		cross join lateral (values (node #>> '{parameters,path}'), (node #>> '{parameters,options,path}')) as given (path)
		where w.integration_id = any(${neighbours}::int[])
			and w.desired_active is not null
			and trim('/' from given.path) in (select jsonb_array_elements_text(${sql.json(paths)}))
			and node ->> 'type' ~* ${LISTENING_TYPES}
		limit 1`;
	return row?.path ?? null;
}

/** Workflows that are only followed and are no longer in sight, by their ids in n8n. */
export async function listFollowed(
	sql: Sql,
	{ organizationId, integrationId }: WorkflowOwner,
	n8nWorkflowIds: string[],
): Promise<Set<string>> {
	const rows = await sql<{ n8nWorkflowId: string }[]>`
		select w.n8n_workflow_id
		from workflows w
		where w.organization_id = ${organizationId}
			and w.integration_id = ${integrationId}
			and w.desired_active is null
			and not starts_with(w.n8n_workflow_id, ${PENDING})
			and w.n8n_workflow_id in (select jsonb_array_elements_text(${sql.json(n8nWorkflowIds)}))`;
	return new Set(rows.map((row) => row.n8nWorkflowId));
}
