import type { Sql } from '../../db/connection/client';
import type { DueChange } from '../../db/workflow/dueChanges';
import { forgetWorkflow, isRemovalWanted, releaseWorkflow } from '../../db/workflow/endRegistration';
import { PENDING } from '../../domain/workflow/workflow';
import type { N8nClient } from '../../n8n/client';
import { NotAsWanted } from './notAsWanted';
import { readBack } from './readBack';
import type { Instance } from './storeSeen';

/**
 * Archives or deletes a workflow in n8n that is to be registered no longer, and ends its registration. It is unpublished first:
 * an n8n that publishes in the background refuses to delete what is published. Can be repeated.
 * @throws NotAsWanted when n8n cannot do it; N8nError
 */
export async function removeWorkflow(
	deps: { sql: Sql; client: N8nClient },
	instance: Instance,
	due: DueChange,
): Promise<void> {
	const { sql, client } = deps;
	const { owner } = instance;
	const { n8nWorkflowId, workflowId, removal } = due;
	// It cannot be undone: somebody may have thought better of it since this round began.
	if (!(await isRemovalWanted(sql, owner, due))) return;
	const remote = n8nWorkflowId.startsWith(PENDING) ? null : await client.workflows.find(n8nWorkflowId);
	if (!remote) {
		await forgetWorkflow(sql, owner, workflowId);
		return;
	}
	if (remote.active && !remote.isArchived) await client.workflows.setPublished(n8nWorkflowId, false);
	if (removal === 'delete') {
		// False: somebody else has done it.
		await client.workflows.remove(n8nWorkflowId);
		await forgetWorkflow(sql, owner, workflowId);
		return;
	}
	if (!remote.isArchived && !(await client.workflows.archive(n8nWorkflowId)))
		throw new NotAsWanted('This n8n cannot archive through its API. Archive it there.');
	const { remote: after } = await readBack(deps, instance, due);
	if (!after.isArchived)
		throw new NotAsWanted('n8n accepted the request to archive it but did not do so. Archive it there.');
	await releaseWorkflow(sql, owner, workflowId);
}
