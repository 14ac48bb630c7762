import { z } from 'zod/v4';

/** Queue names. */
export const QUEUES = { dispatch: 'dispatch', workflowSync: 'workflow-sync' } as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

/** One claimed batch: ids and fencing epochs, nothing of what is sent. */
export const dispatchJobSchema = z.object({
	items: z
		.array(
			z.object({
				id: z.number().int().positive(),
				epoch: z.number().int().positive(),
				organizationId: z.number().int().positive(),
			}),
		)
		.max(1_000),
});
export type DispatchJob = z.infer<typeof dispatchJobSchema>;

/** Pull the workflows of one n8n instance. */
export const workflowSyncJobSchema = z.object({ integrationId: z.number().int().positive() });
export type WorkflowSyncJob = z.infer<typeof workflowSyncJobSchema>;
