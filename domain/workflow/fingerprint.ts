import { createHash } from 'node:crypto';

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
		contentHash: contentHashOf(workflow),
	};
}

/** SHA-256 over nodes, connections and settings in canonical JSON: the order of keys does not matter, that of nodes does. */
function contentHashOf({
	nodes,
	connections,
	settings,
}: Pick<N8nWorkflow, 'nodes' | 'connections' | 'settings'>): string {
	return createHash('sha256')
		.update(canonicalJson({ nodes, connections, settings: settings ?? {} }))
		.digest('hex');
}

function tagsOf({ tags }: N8nWorkflow): { id: string; name: string }[] {
	return [...tags].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** JSON that does not depend on the order of keys. */
export function canonicalJson(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) => {
		if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}
