import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { JobProgress, PostgresConnectionOptions, PostgresQueueBackend, Processor } from 'bullmq';

import { Client, pgConfig } from '../../db/connection/pgConfig';
import { within } from '../../db/connection/timeLimit';
import { LmaError } from '../../domain/error/errors';
import { QUEUE_SCHEMA } from '../../schema/migration/migrateQueues';
import { BOUNDED, reportErrors, runAll, type Runnable, WORKER_LIMITS } from './jobPolicy';
import type { QueueConnection, QueueOptions } from './connection';
import type { QueueName } from './jobs';

const CONNECT_TIMEOUT_MS = 15_000;

type Connecting = Pick<Queue, 'waitUntilReady'>;

/** Queues in PostgreSQL, over connections of BullMQ's own. */
export function openOnPostgres(options: QueueOptions): QueueConnection {
	const connection = {
		...pgConfig(options.databaseUrl),
		application_name: 'lma-worker-queue',
		Client: CalmClient,
		connectionTimeoutMillis: 10_000,
		keepAlive: true,
		schema: QUEUE_SCHEMA,
	};
	const queues: Connecting[] = [];
	const workers: (Connecting & Runnable)[] = [];
	return {
		backend: 'postgres',
		queue: <Data>(name: QueueName) => {
			const queue = reportErrors(
				new Queue<
					Data,
					unknown,
					string,
					Data,
					unknown,
					string,
					PostgresQueueBackend,
					PostgresConnectionOptions
				>(
					name,
					{ connection: { ...connection, max: 2 }, defaultJobOptions: BOUNDED },
					createPostgresBackend,
				) as unknown as Queue<Data>,
				options,
			);
			queues.push(queue);
			return queue;
		},
		worker: <Data>(
			name: QueueName,
			processor: Processor<Data, void>,
			{ concurrency }: { concurrency: number },
		) => {
			const worker = reportErrors(
				new Worker<Data, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>(
					name,
					processor,
					{ connection: { ...connection, max: 4 }, concurrency, ...WORKER_LIMITS },
					createPostgresBackend,
				) as unknown as Worker<Data, void>,
				options,
			);
			workers.push(worker);
			return worker;
		},
		async start() {
			const connecting = [...queues, ...workers].map((instance) => instance.waitUntilReady());
			try {
				await within(CONNECT_TIMEOUT_MS, Promise.all(connecting));
			} catch (error) {
				throw new LmaError(
					'QUEUE_UNAVAILABLE',
					'The queues in PostgreSQL could not be opened',
					'Start the worker again; a service manager should do that by itself.',
					{ cause: error },
				);
			}
			runAll(workers, options);
		},
		// Each queue and worker owns its pool and ends it when closed.
		close: () => undefined,
	};
}

/**
 * pg-pool does not listen to a client in use: one cut off between two statements would end the process
 * (brianc/node-postgres#2439).
 */
class CalmClient extends Client {
	constructor(...config: ConstructorParameters<typeof Client>) {
		super(...config);
		this.on('error', () => undefined);
	}
}
