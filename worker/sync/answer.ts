import { z } from 'zod/v4';

/** Without what PostgreSQL cannot store: one such name must not stop the others. */
const text = z.string().transform((value) => value.replaceAll('\0', '').toWellFormed());
const id = text.pipe(z.string().min(1).max(255));

/** A workflow as n8n's public API (`/api/v1/workflows`, read off 2.40.7) returns it; what we do not use is left out. */
export const remoteWorkflowSchema = z.object({
	id,
	name: text,
	active: z.boolean(),
	isArchived: z.boolean().default(false),
	/** Missing in lists. */
	description: text.nullish(),
	versionId: text.nullish(),
	activeVersionId: text.nullish(),
	updatedAt: z.iso.datetime({ offset: true }).nullish(),
	nodes: z.array(z.looseObject({ type: text, disabled: z.boolean().optional() })),
	connections: z.record(z.string(), z.unknown()).default({}),
	settings: z.record(z.string(), z.unknown()).nullish(),
	tags: z
		.array(z.object({ id, name: text }))
		.nullish()
		.transform((tags) => tags ?? []),
});
export type N8nWorkflow = z.infer<typeof remoteWorkflowSchema>;

export const workflowPageSchema = z.object({
	data: z.array(remoteWorkflowSchema),
	nextCursor: z.string().nullish(),
});
export type WorkflowPage = z.infer<typeof workflowPageSchema>;
