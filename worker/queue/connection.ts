import type { Processor, Queue, Worker } from 'bullmq';

import type { Log } from '../log';
import type { Outages } from '../outage';
import type { QueueName } from './jobs';

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
