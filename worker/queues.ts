import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import type {
	DefaultJobOptions,
	JobProgress,
	PostgresConnectionOptions,
	PostgresQueueBackend,
	Processor,
} from 'bullmq';
import { Client } from 'pg';
import { z } from 'zod/v4';
import { LmaError } from '../db/errors';
import { within } from './deadline';
import type { Log } from './log';
import type { Outages } from './outage';
import { connectRedis, type RedisLink } from './redis';

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

/** PostgreSQL schema in which BullMQ keeps its tables when there is no Redis. */
export const QUEUE_SCHEMA = 'bullmq';

// BullMQ keeps every job for ever unless told otherwise.
const BOUNDED: DefaultJobOptions = {
	removeOnComplete: { age: 3_600, count: 1_000 },
	removeOnFail: { age: 7 * 86_400, count: 1_000 },
};

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

function openOnRedis(redisUrl: string, options: QueueOptions): QueueConnection {
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

function openOnPostgres(options: QueueOptions): QueueConnection {
	const connection = { ...pgConnection(options.databaseUrl), schema: QUEUE_SCHEMA };
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

type Connecting = Pick<Queue, 'waitUntilReady'>;
type Runnable = Pick<Worker, 'run' | 'name'>;

function runAll(workers: Runnable[], { log }: QueueOptions): void {
	for (const worker of workers) {
		worker.run().catch((error: unknown) => {
			log.error({ queue: worker.name, err: error }, 'the queue is worked on no more');
		});
	}
}

/** An 'error' event without a listener would end the process. */
function reportErrors<T extends Queue | Worker>(instance: T, { log, outages }: QueueOptions): T {
	const emitter: { on(event: 'error', listener: (error: Error) => void): unknown } = instance;
	emitter.on('error', (error) => {
		if (outages.isConnectionError(error)) outages.report('queue', error);
		else log.warn({ queue: instance.name, err: error }, 'the queue reports an error');
	});
	return instance;
}

const CONNECT_TIMEOUT_MS = 15_000;

const WORKER_LIMITS = {
	// Run by `start`, not by the constructor.
	autorun: false,
	removeOnComplete: { age: 3_600, count: 1_000 },
	removeOnFail: { age: 7 * 86_400, count: 1_000 },
	// Every job is repeatable and fenced, so a stalled one may run again as often as it takes.
	maxStalledCount: 10,
};

/**
 * Makes or updates the tables of BullMQ as the owner and lets lma_worker use them. `client` is one session, which
 * owns what is made. Can be repeated, also from several processes at once: BullMQ takes an advisory lock.
 */
export async function migrateQueues(client: Client): Promise<void> {
	await runMigrations(client, QUEUE_SCHEMA);
	await client.query(`
		grant usage on schema ${QUEUE_SCHEMA} to lma_worker;
		grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to lma_worker;
		grant usage, select, update on all sequences in schema ${QUEUE_SCHEMA} to lma_worker;
		grant execute on all functions in schema ${QUEUE_SCHEMA} to lma_worker`);
}

/** pg-pool does not listen to a client in use: one cut off between two statements would end the process. */
class CalmClient extends Client {
	constructor(...config: ConstructorParameters<typeof Client>) {
		super(...config);
		this.on('error', () => undefined);
	}
}

/** node-postgres takes `sslmode=require` for verify-full; here it means what it means to libpq and to `connect`. */
function pgConnection(databaseUrl: string) {
	const url = new URL(databaseUrl);
	const mode = url.searchParams.get('sslmode') ?? 'disable';
	url.searchParams.delete('sslmode');
	return {
		connectionString: url.toString(),
		application_name: 'lma-worker-queue',
		Client: CalmClient,
		connectionTimeoutMillis: 10_000,
		keepAlive: true,
		ssl: mode === 'verify-full' ? true : mode === 'require' ? { rejectUnauthorized: false } : false,
	};
}
