import type { ItemResult } from '../../domain/itemResult';
import type { Workflow } from '../../domain/workflow/workflow';
import type { Sql } from '../connection/client';
import { stateOf } from './columns';
import { findWorkflows } from './list';

/** An n8n instance, what it was asked and how its workflows stand. */
export interface SyncStatus {
	integrationId: number;
	integrationName: string;
	/** `active`, `inactive`, `error` or `expired`; only an active one is scanned. */
	integrationStatus: string;
	/** Whether a scan was asked for that has not finished. */
	isSyncRequested: boolean;
	/** When n8n was last read through without an error. */
	lastSyncAt: string | null;
	lastError: string | null;
	workflows: number;
	/** Of these: not in n8n yet. */
	pending: number;
	/** Of these: to be changed by the worker. */
	changing: number;
	failed: number;
}

/** Asks the worker to look at an organization's n8n instances now. One row for each, by name. Two statements. */
export async function requestSyncOfAll(sql: Sql): Promise<SyncStatus[]> {
	await sql`
		select lma.request_workflow_sync(array(
			select i.id
			from integrations i
			where i.organization_id = (select lma.current_organization_id())
				and i.integration_type = 'n8n'))`;
	return sql<SyncStatus[]>`
		select i.id as integration_id, i.name as integration_name, i.status::text as integration_status,
			i.sync_requested > i.sync_served as is_sync_requested, i.last_sync_at, i.last_error,
			count(w.id)::int as workflows,
			count(*) filter (where ${stateOf(sql)} = 'pending')::int as pending,
			count(*) filter (where ${stateOf(sql)} = 'changing')::int as changing,
			count(*) filter (where ${stateOf(sql)} = 'failed')::int as failed
		from integrations i
		left join workflows w on w.organization_id = i.organization_id and w.integration_id = i.id
		left join workflow_sync_states s on s.organization_id = w.organization_id and s.workflow_id = w.id
		where i.organization_id = (select lma.current_organization_id())
			and i.integration_type = 'n8n'
		group by i.id
		order by i.name, i.id`;
}

/** A workflow, and whether a scan of its instance was asked for that has not finished. */
export type WorkflowInSync = Workflow & { isSyncRequested: boolean };

/**
 * Asks the worker to look at the n8n instances of these workflows now, and to try again at once what failed. One result per
 * id. Three statements.
 */
export async function requestSyncOf(sql: Sql, ids: readonly number[]): Promise<ItemResult<WorkflowInSync>[]> {
	const distinct = [...new Set(ids)];
	await sql`
		select lma.request_workflow_sync(array(
			select w.integration_id
			from workflows w
			where w.organization_id = (select lma.current_organization_id())
				and w.id = any(${distinct}::int[])
				and w.integration_id is not null))`;
	const requested = await sql<{ id: number; isSyncRequested: boolean }[]>`
		select w.id, i.sync_requested > i.sync_served as is_sync_requested
		from workflows w
		join integrations i on i.organization_id = w.organization_id and i.id = w.integration_id
		where w.organization_id = (select lma.current_organization_id())
			and w.id = any(${distinct}::int[])`;
	const isRequested = new Map(requested.map((row) => [row.id, row.isSyncRequested]));
	return (await findWorkflows(sql, ids)).map((result) =>
		result.error
			? result
			: { row: { ...result.row, isSyncRequested: isRequested.get(result.row.id) === true } },
	);
}
