import type { Sql } from '../connection/client';
import type { WorkflowOwner } from './remote';

/* How a registration ends, by the worker. What is no longer registered is reset by a trigger: see the migrations. */

/** It stays in n8n, and is only followed from now on. Can be repeated. */
export async function releaseWorkflow(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	workflowId: number,
): Promise<void> {
	await sql`
		update workflows
		set registered_name = null,
			configuration = configuration - 'template' - 'desired'
		where organization_id = ${organizationId}
			and id = ${workflowId}`;
}

/** n8n does not have it, and is not to. Can be repeated. */
export async function forgetWorkflow(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	workflowId: number,
): Promise<void> {
	await sql`delete from workflows where organization_id = ${organizationId} and id = ${workflowId}`;
}

/** Asked right before n8n is: whether that is still wanted. */
export async function isRemovalWanted(
	sql: Sql,
	{ organizationId }: WorkflowOwner,
	{ workflowId, removal }: { workflowId: number; removal: string | null },
): Promise<boolean> {
	const rows = await sql`
		select
		from workflows
		where organization_id = ${organizationId}
			and id = ${workflowId}
			and configuration #>> '{desired,removal}' = ${removal}`;
	return rows.length > 0;
}
