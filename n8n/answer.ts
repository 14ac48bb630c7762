import { z } from 'zod/v4';

import type { N8nWorkflow } from '../domain/workflow/n8nWorkflow';

/* What we read of n8n's answers. Fields that we do not use are not asked for, so that n8n may change them. */

/** Without what PostgreSQL cannot store: one such name must not stop the others. */
const text = z.string().transform((value) => value.replaceAll('\0', '').toWellFormed());
const id = text.pipe(z.string().min(1).max(255));

/** A workflow as n8n's public API (`/api/v1/workflows`, read off 2.40.7) returns it; what we do not use is left out. */
export const workflowAnswer = z.object({
	id,
	name: text,
	active: z.boolean(),
	isArchived: z.boolean().default(false),
	/** Missing in lists. */
	description: text.nullish(),
	versionId: text.nullish(),
	activeVersionId: text.nullish(),
	/** Looked into only where something has changed: lists carry the nodes of every version that is published. */
	activeVersion: z.unknown().optional(),
	updatedAt: z.iso.datetime({ offset: true }).nullish(),
	nodes: z.array(z.looseObject({ type: text, disabled: z.boolean().optional() })),
	connections: z.record(z.string(), z.unknown()).default({}),
	settings: z.record(z.string(), z.unknown()).nullish(),
	tags: z
		.array(z.object({ id, name: text }))
		.nullish()
		.transform((tags) => tags ?? []),
}) satisfies z.ZodType<N8nWorkflow>;

export const settingsAnswer = z.object({
	data: z.object({ userManagement: z.object({ showSetupOnFirstLoad: z.boolean() }) }),
});

export const userAnswer = z.object({ data: z.object({ id: z.string(), email: z.string() }) });

export const apiKeysAnswer = z.object({
	data: z.object({ items: z.array(z.object({ id: z.string(), label: z.string() })) }),
});

export const newApiKeyAnswer = z.object({ data: z.object({ rawApiKey: z.string().min(1) }) });

export const credentialAnswer = z.object({ id: z.string(), name: z.string(), type: z.string() });

export const credentialTestAnswer = z.object({ status: z.enum(['OK', 'Error']), message: z.string() });

export const executionAnswer = z.object({
	id: z.coerce.string(),
	workflowId: z.string(),
	status: z.string(),
	finished: z.boolean(),
	mode: z.string(),
	startedAt: z.string().nullable(),
	stoppedAt: z.string().nullable(),
});

/** One page of a list of the public API. */
export function pageAnswer<T extends z.ZodType>(row: T) {
	return z.object({ data: z.array(row), nextCursor: z.string().nullish() });
}

/** A credential as n8n lists it: without its secrets. */
export type N8nCredential = z.infer<typeof credentialAnswer>;

/** One run of a workflow. `status` is `success`, `error`, `running`, `waiting`, `crashed`, `canceled` or `new`. */
export type N8nExecution = z.infer<typeof executionAnswer>;

/** What the connection test of a credential found. */
export type CredentialTest = z.infer<typeof credentialTestAnswer>;

/** One page of a list. */
export interface Page<T> {
	data: T[];
	/** Asks for the next page; without one, this is the last. */
	nextCursor?: string | null | undefined;
}
