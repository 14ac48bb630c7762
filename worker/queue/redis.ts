import { Queue, Worker } from 'bullmq';

import { connectRedis, type RedisLink } from '../redis';
import { BOUNDED, reportErrors, runAll, type Runnable, WORKER_LIMITS } from './jobPolicy';
import type { QueueConnection, QueueOptions } from './connection';

/** Queues in Redis. Each queue and worker has a connection of its own, which comes back by itself. */
export function openOnRedis(redisUrl: string, options: QueueOptions): QueueConnection {
	const { prefix = '{lma}', outages } = options;
	const connections: RedisLink[] = [];
	const workers: Runnable[] = [];
	const connection = () => {
		const link = connectRedis(redisUrl, outages);
		connections.push(link);
		return link.redis;
	};
	return {
		backend: 'redis',
		queue: (name) =>
			reportErrors(
				new Queue(name, { connection: connection(), prefix, defaultJobOptions: BOUNDED }),
				options,
			),
		worker: (name, processor, { concurrency }) => {
			const limits = { prefix, concurrency, ...WORKER_LIMITS };
			const worker = reportErrors(
				new Worker(name, processor, { connection: connection(), ...limits }),
				options,
			);
			workers.push(worker);
			return worker;
		},
		start() {
			runAll(workers, options);
			return Promise.resolve();
		},
		close: () => connections.forEach((link) => link.close()),
	};
}
