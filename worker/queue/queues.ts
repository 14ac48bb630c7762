import type { Processor, Queue, Worker } from 'bullmq';
import { z } from 'zod/v4';

import type { Log } from '../log';
import type { Outages } from '../outage';
import { openOnPostgres } from './postgres';
import { openOnRedis } from './redis';

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

export interface QueueConnection {
	readonly backend: 'redis' | 'postgres';
	queue<Data>(name: QueueName): Queue<Data>;
	worker<Data>(
		name: QueueName,
		processor: Processor<Data, void>,
		options: { concurrency: number },
	): Worker<Data, void>;
	/**
	 * Starts the workers. Queues in PostgreSQL must connect first, and throw an LmaError `QUEUE_UNAVAILABLE` where they
	 * cannot: BullMQ 6.7 never gets over a connection that is cut before it was ready for the first time. Redis may come
	 * later.
	 */
	start(): Promise<void>;
	/** Closes the connections; queues and workers are closed by whoever asked for them, before. */
	close(): void;
}

export interface QueueOptions {
	databaseUrl: string;
	redisUrl?: string;
	/** Key prefix in Redis; the braces keep a queue in one slot of a cluster. Default `{lma}`. */
	prefix?: string;
	log: Log;
	outages: Outages;
}

/**
 * Where jobs travel: Redis when there is a URL, else PostgreSQL. Opening a queue does not wait for the server, and a
 * server that goes away is reported once to `outages`, never thrown: what it loses is found again in the tables.
 */
export function openQueues(options: QueueOptions): QueueConnection {
	return options.redisUrl ? openOnRedis(options.redisUrl, options) : openOnPostgres(options);
}
