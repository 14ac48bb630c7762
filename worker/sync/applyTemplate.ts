import type { Sql } from '../../db/connection/client';
import {
	type DueChange,
	findWantedTemplate,
	recordTemplateApplied,
	recordWritten,
} from '../../db/workflow/dueChanges';
import { upsertRemoteWorkflows, type WorkflowOwner } from '../../db/workflow/remote';
import { differenceFrom } from '../../domain/workflow/difference';
import { draftOf } from '../../domain/workflow/draft';
import { describeWorkflow } from '../../domain/workflow/fingerprint';
import { parseTemplate } from '../../domain/workflow/template';
import type { N8nWorkflow } from '../../domain/workflow/n8nWorkflow';
import type { N8nClient } from '../../n8n/client';
import { gone, NotAsWanted } from './notAsWanted';

interface Dependencies {
	sql: Sql;
	client: N8nClient;
}

/**
 * Brings the nodes to what was registered. What a person has edited in n8n since the worker last wrote there stays, and
 * says so; it may be published all the same.
 */
export async function applyTemplate(
	deps: Dependencies,
	owner: WorkflowOwner,
	due: DueChange,
	registrationId: string,
	before: N8nWorkflow,
): Promise<{ remote: N8nWorkflow; edited?: NotAsWanted }> {
	const { sql, client } = deps;
	const { workflowId, n8nWorkflowId } = due;
	let remote = before;
	const wanted = await findWantedTemplate(sql, owner, workflowId);
	if (!wanted) return { remote };
	const draft = draftOf(registrationId, { name: before.name, template: parseTemplate(wanted.template) });
	if (differenceFrom(draft, remote)) {
		if (remote.versionId !== due.appliedVersionId) {
			const edited = new NotAsWanted(
				'It was edited in n8n, so its new template was not applied. Copy the edits into the template, or register the template under another name.',
			);
			return { remote, edited };
		}
		if (remote.isArchived) throw new NotAsWanted('It is archived in n8n. Unarchive it there.');
		const refusal = await client.workflows.update(n8nWorkflowId, draft).then(
			(answer) => (answer ? undefined : gone()),
			(error: unknown) => error,
		);
		// Where only publishing anew is refused, n8n has saved the draft all the same.
		remote = await readBack(deps, owner, due);
		await recordWritten(sql, workflowId, remote.versionId ?? null);
		if (refusal) throw refusal as Error;
		const difference = differenceFrom(draft, remote);
		if (difference) {
			throw new NotAsWanted(
				`n8n accepted the workflow but stored something else: ${difference}. Check that the owner of the API key has its credentials.`,
			);
		}
	}
	await recordTemplateApplied(sql, workflowId, {
		templateKey: wanted.templateKey,
		versionId: remote.versionId ?? null,
	});
	return { remote };
}

/** What n8n has, asked for by id and stored. */
export async function readBack(
	{ sql, client }: Dependencies,
	owner: WorkflowOwner,
	{ n8nWorkflowId }: DueChange,
): Promise<N8nWorkflow> {
	const remote = await client.workflows.find(n8nWorkflowId);
	if (!remote) throw gone();
	await upsertRemoteWorkflows(sql, owner, [describeWorkflow(remote)]);
	return remote;
}
