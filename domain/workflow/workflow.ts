import type { WorkflowEdits } from './edits';

/** `n8n_workflow_id` of a registered workflow that n8n does not have yet: this and a UUID. */
export const PENDING = 'pending:';

/**
 * How a workflow in n8n compares with what is wanted of it.
 *
 * `pending`: registered, and not in n8n yet. `changing`: n8n is not as wanted yet. `inStep`: it is. `edited`: people have
 * changed it in n8n, its content or whether it is published, and it is left so. `failed`: it could not be brought there so
 * far, or uses what is not its organization's; `problem` says why, and the worker goes on trying. `missing`: n8n no longer has
 * it. `followed`: nothing is wanted of it, the database only follows n8n.
 */
export const WORKFLOW_STATES = [
	'changing',
	'edited',
	'failed',
	'followed',
	'inStep',
	'missing',
	'pending',
] as const;
export type WorkflowState = (typeof WORKFLOW_STATES)[number];

/** A row of `workflows`, with what n8n last said of it. */
export interface Workflow {
	id: number;
	organizationId: number;
	/** The n8n instance it lives in, or is to be made in; null: whichever the organization connects. */
	integrationId: number | null;
	integrationName: string | null;
	/** Begins with `pending:` until n8n has it. */
	n8nWorkflowId: string;
	name: string;
	/** The name it was registered by; null when it was found in n8n. */
	registeredName: string | null;
	description: string | null;
	category: string | null;
	/** `webhook`, `schedule`, …: the type of its first trigger. */
	triggerType: string | null;
	triggerConditions: Record<string, unknown>;
	/** Without its `template`, which can be large. */
	configuration: Record<string, unknown>;
	state: WorkflowState;
	/** Why it is not as wanted, what people changed, what n8n did not take, and what to do; null when there is nothing to say. */
	problem: string | null;
	/** Whether it should be published in n8n; null: that is left to n8n. */
	desiredActive: boolean | null;
	/** Whether it was published when n8n was last asked. */
	isActive: boolean;
	/** What n8n last said; null when it was never asked. */
	observed: ObservedWorkflow | null;
	createdBy: number | null;
	createdAt: string;
	updatedAt: string;
}

export interface ObservedWorkflow {
	versionId: string | null;
	/** The published version; null when none is. */
	activeVersionId: string | null;
	isArchived: boolean;
	updatedAt: string | null;
	tags: { id: string; name: string }[];
	lastSeenAt: string | null;
	missingSince: string | null;
	/** When n8n was last brought to what is wanted, and read back. */
	lastAppliedAt: string | null;
	/** When that is tried next, after it failed. */
	retryAt: string | null;
	/** What people have changed in n8n since the worker last wrote there; null when nothing. */
	draftEdits: WorkflowEdits | null;
	/** The same of the version that is published. */
	publishedEdits: WorkflowEdits | null;
	/** When it was found to have been published or unpublished by hand, against what is wanted; null when it was not. */
	overruledAt: string | null;
}
