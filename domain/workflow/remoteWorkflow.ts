/** What n8n says of a workflow, reduced to what is stored. */
export interface RemoteWorkflow {
	n8nWorkflowId: string;
	name: string;
	/** Undefined where n8n does not say (its list never does): what is stored stays. */
	description?: string | null;
	isActive: boolean;
	/** `webhook`, `schedule`, …; null when it has no enabled trigger. */
	triggerType: string | null;
	versionId: string | null;
	activeVersionId: string | null;
	isArchived: boolean;
	updatedAt: string | null;
	/** Sorted by id. */
	tags: { id: string; name: string }[];
	/** Canonical hash of nodes, connections and settings. */
	contentHash: string;
}
