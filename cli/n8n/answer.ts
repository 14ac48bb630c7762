import { z } from 'zod/v4';

/** What we read of n8n's answers. Fields that we do not use are not asked for, so that n8n may change them. */

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

export const workflowAnswer = z.object({
	id: z.string(),
	name: z.string(),
	active: z.boolean(),
	isArchived: z.boolean(),
	nodes: z.array(z.looseObject({ name: z.string(), type: z.string() })),
});

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

/** A workflow, as far as we read it. */
export type N8nWorkflow = z.infer<typeof workflowAnswer>;

/** One run of a workflow. `status` is `success`, `error`, `running`, `waiting`, `crashed`, `canceled` or `new`. */
export type N8nExecution = z.infer<typeof executionAnswer>;
