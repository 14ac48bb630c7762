import type { ObservedWorkflow, Workflow } from '../../domain/workflow/workflow';
import { PENDING } from '../../domain/workflow/workflow';

/** What `lma workflow` prints of a workflow with `--json`. */
export interface WorkflowRow {
	id: number;
	n8nWorkflowId: string;
	name: string;
	n8nConnection: string | null;
	triggerType: string | null;
	state: Workflow['state'];
	/** What should be in n8n; null where nothing is wanted. */
	wanted: 'published' | 'unpublished' | null;
	/** What n8n last had; null where it was never asked, or has no such workflow. */
	observed: 'published' | 'unpublished' | 'archived' | null;
	/** Published, with a newer draft beside it. */
	hasNewerDraft: boolean;
	lastSeenAt: string | null;
	problem: string | null;
}

/** Wanted and observed side by side. `isActive` alone says neither: of what n8n was never asked for, it is a guess. */
export function workflowRow(workflow: Workflow): WorkflowRow {
	const { id, n8nWorkflowId, name, integrationName, triggerType, state, problem } = workflow;
	const { desiredActive, isActive, observed } = workflow;
	const isThere = observed !== null && state !== 'missing' && !n8nWorkflowId.startsWith(PENDING);
	return {
		id,
		n8nWorkflowId,
		name,
		n8nConnection: integrationName,
		triggerType,
		state,
		wanted: desiredActive === null ? null : publication(desiredActive),
		observed: !isThere ? null : observed.isArchived ? 'archived' : publication(isActive),
		hasNewerDraft: isThere && isActive && isDraftNewer(observed),
		lastSeenAt: observed?.lastSeenAt ?? null,
		problem,
	};
}

function publication(isActive: boolean): 'published' | 'unpublished' {
	return isActive ? 'published' : 'unpublished';
}

function isDraftNewer({ versionId, activeVersionId }: ObservedWorkflow): boolean {
	return activeVersionId !== null && versionId !== activeVersionId;
}
