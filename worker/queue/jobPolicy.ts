import type { DefaultJobOptions, Queue, Worker } from 'bullmq';

import type { QueueOptions } from './connection';

// BullMQ keeps every job for ever unless told otherwise.
export const BOUNDED: DefaultJobOptions = {
	removeOnComplete: { age: 3_600, count: 1_000 },
	removeOnFail: { age: 7 * 86_400, count: 1_000 },
};

/** For every BullMQ worker. */
export const WORKER_LIMITS = {
	// Run by `start`, not by the constructor.
	autorun: false,
	removeOnComplete: { age: 3_600, count: 1_000 },
	removeOnFail: { age: 7 * 86_400, count: 1_000 },
	// Every job is repeatable and fenced, so a stalled one may run again as often as it takes.
	maxStalledCount: 10,
};

/** What `runAll` needs of a worker. */
export type Runnable = Pick<Worker, 'run' | 'name'>;

/** Sets workers to work; returns at once. */
export function runAll(workers: Runnable[], { log }: QueueOptions): void {
	for (const worker of workers) {
		worker.run().catch((error: unknown) => {
			log.error({ queue: worker.name, err: error }, 'work on the queue has stopped');
		});
	}
}

/** An 'error' event without a listener would end the process. */
export function reportErrors<T extends Queue | Worker>(instance: T, { log, outages }: QueueOptions): T {
	let last = '';
	const emitter: { on(event: 'error', listener: (error: Error) => void): unknown } = instance;
	emitter.on('error', (error) => {
		if (outages.isConnectionError(error)) outages.report('queue', error);
		else if (last !== error.message)
			log.warn({ queue: instance.name, err: error }, 'the queue reports an error');
		// What is tried again fails again in the same way, as often as it is tried.
		last = error.message;
	});
	return instance;
}
