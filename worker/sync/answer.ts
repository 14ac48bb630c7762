import { z } from 'zod/v4';

/** A workflow as n8n's public API (`/api/v1/workflows`, read off 2.40.7) returns it; what we do not use is left out. */
export const remoteWorkflowSchema = z.object({
	id: z.string().min(1).max(255),
	name: z.string(),
	active: z.boolean(),
	isArchived: z.boolean().default(false),
	/** Missing in lists. */
	description: z.string().nullish(),
	versionId: z.string().nullish(),
	activeVersionId: z.string().nullish(),
	updatedAt: z.iso.datetime({ offset: true }).nullish(),
	nodes: z.array(z.looseObject({ type: z.string(), disabled: z.boolean().optional() })),
	connections: z.record(z.string(), z.unknown()).default({}),
	settings: z.record(z.string(), z.unknown()).nullish(),
	tags: z
		.array(z.object({ id: z.string(), name: z.string() }))
		.nullish()
		.transform((tags) => tags ?? []),
});
export type N8nWorkflow = z.infer<typeof remoteWorkflowSchema>;

export const workflowPageSchema = z.object({
	data: z.array(remoteWorkflowSchema),
	nextCursor: z.string().nullish(),
});
export type WorkflowPage = z.infer<typeof workflowPageSchema>;
