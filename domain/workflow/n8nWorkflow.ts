/** A workflow as n8n has it, as far as we look at it. Lists leave the description out. */
export interface N8nWorkflow {
	id: string;
	name: string;
	/** Whether it is published. */
	active: boolean;
	isArchived: boolean;
	description?: string | null | undefined;
	versionId?: string | null | undefined;
	/** The published version; null when none is. */
	activeVersionId?: string | null | undefined;
	/** The published version with its nodes, as n8n gives it; read it with `publishedVersionOf`. */
	activeVersion?: unknown;
	/** ISO 8601. */
	updatedAt?: string | null | undefined;
	nodes: ({ type: string; disabled?: boolean | undefined } & Record<string, unknown>)[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown> | null | undefined;
	tags: { id: string; name: string }[];
}
