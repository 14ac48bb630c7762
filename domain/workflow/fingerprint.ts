import { contentHashOf, contentOf } from './content';
import type { N8nWorkflow } from './n8nWorkflow';
import type { RemoteWorkflow } from './remoteWorkflow';
import { triggerTypeOf } from './triggerType';

/**
 * What moves whenever anything about a workflow does: n8n leaves `updatedAt` alone on publish and on tagging, and
 * `versionId` on renaming. In the order that `findKnownWorkflows` returns it.
 */
export function fingerprintOf(workflow: N8nWorkflow): unknown[] {
	return [
		workflow.versionId ?? null,
		workflow.activeVersionId ?? null,
		workflow.isArchived,
		workflow.updatedAt ? new Date(workflow.updatedAt).toISOString() : null,
		tagsOf(workflow).map(({ id }) => id),
	];
}

/** The row that stands for a workflow. Costs a hash of all its nodes; take it only of what changed. */
export function describeWorkflow(workflow: N8nWorkflow): RemoteWorkflow {
	return {
		n8nWorkflowId: workflow.id,
		name: workflow.name.slice(0, 255).toWellFormed(),
		description: workflow.description,
		isActive: workflow.active && !workflow.isArchived,
		triggerType: triggerTypeOf(workflow),
		versionId: workflow.versionId ?? null,
		activeVersionId: workflow.activeVersionId ?? null,
		isArchived: workflow.isArchived,
		updatedAt: workflow.updatedAt ?? null,
		tags: tagsOf(workflow),
		contentHash: contentHashOf(contentOf(workflow)),
	};
}

function tagsOf({ tags }: N8nWorkflow): { id: string; name: string }[] {
	return [...tags].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
