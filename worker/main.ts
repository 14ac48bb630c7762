import type { DestinationStream } from 'pino';

import { connect, type Pool } from '../db/connection/client';
import { firstAnswer } from '../db/connection/firstAnswer';
import { takeStrayRejections } from '../db/connection/strayRejection';
import { toLmaError } from '../db/connection/error/toLmaError';
import { listenForCalls } from './calls';
import type { WorkerConfig } from './config';
import type { WorkerContext } from './context';
import { senderOf } from './dispatch/emailIdentity';
import type { DispatchOptions } from './dispatch/options';
import { dispatchPart } from './dispatch/start';
import { checkReadiness } from './http/readiness';
import { createHttpServer, listen } from './http/server';
import { createLog } from './log';
import { createMetrics } from './metrics';
import { trackOutages } from './outage';
import { type RunningPart, startParts, stopParts } from './part';
import { openQueues } from './queue/queues';
import { checkQueueSchema, checkSchema } from '../schema/migration/schemaCheck';
import { checkWorkerLogin } from '../schema/login/workerLogin';
import { Shutdown } from './shutdown';
import type { SyncOptions } from './sync/schedule';
import { syncPart } from './sync/start';
import { totalsPart } from './totals/start';
import { upkeepPart } from './upkeep/start';

export interface RunningWorker {
	/** `http://host:port` of /health, /ready and /metrics. */
	readonly url: string;
	readonly queueBackend: 'redis' | 'postgres';
	/**
	 * Claims and starts nothing more, finishes what is being sent, gives the rest back and closes, within 10 seconds:
	 * what is still being sent after 7 is ended, its outcome recorded as unknown. Can be called again.
	 */
	stop(): Promise<void>;
}

/**
 * What `lma worker` leaves at its defaults. Tests shorten times, share one Redis, and read the log of a worker in their own
 * process: none of that can be had from outside, and none of it is of use as a setting.
 */
export interface WorkerTuning {
	dispatch?: Partial<DispatchOptions>;
	sync?: Partial<SyncOptions>;
	/** Key prefix in Redis. */
	queuePrefix?: string;
	/** Where log lines go instead of standard output. */
	logDestination?: DestinationStream;
}

/**
 * Starts the worker: dispatch, sync with n8n, totals, upkeep, and the HTTP server that says how they are. Resolves when
 * it listens; a queue that is not there yet is waited for in the background and shows in /ready.
 * @throws LmaError when the database cannot be used, the login is not one of lma_worker alone, the schema is missing or old, queues in PostgreSQL cannot be opened,
 * or the port is taken; then nothing is left running.
 */
export async function startWorker(config: WorkerConfig, tuning: WorkerTuning = {}): Promise<RunningWorker> {
	const log = createLog(config.logLevel, tuning.logDestination);
	const outages = trackOutages(log, config);
	const leaveStrayRejections = takeStrayRejections((error) => outages.report('database', error));
	const sql = connect(config.databaseUrl, { max: 10, applicationName: 'lma-worker' });
	try {
		await firstAnswer(sql, () => probe(sql, config));
	} catch (error) {
		await sql.end({ timeout: 1 });
		leaveStrayRejections();
		throw toLmaError(error);
	}
	const queues = openQueues({ ...config, prefix: tuning.queuePrefix, log, outages });
	const context: WorkerContext = {
		config,
		sql,
		queues,
		calls: listenForCalls({ sql, config, log }),
		log,
		metrics: createMetrics(queues.backend),
		outages,
		shutdown: new Shutdown(),
	};
	const parts = await startParts(
		[dispatchPart(tuning.dispatch), syncPart(tuning.sync), upkeepPart(), totalsPart()],
		context,
	).catch(async (error: unknown) => {
		await closeContext(context);
		leaveStrayRejections();
		throw error;
	});
	const http = createHttpServer({
		metrics: context.metrics,
		log,
		idleMs: () => Math.max(...parts.map((part) => part.idleMs())),
		readiness: () =>
			checkReadiness(
				sql,
				parts.flatMap(({ queue }) => queue ?? []),
				outages,
			),
	});
	let stopping: Promise<void> | undefined;
	const stop = () => (stopping ??= stopAll(context, parts, () => http.close()).finally(leaveStrayRejections));
	try {
		const url = await listen(http, config.httpHost, config.httpPort);
		await queues.start();
		log.info({ listening: url, queue: queues.backend }, 'the worker is running');
		if (!config.smtpUrl)
			log.warn('SMTP_URL is not set: only organizations with an SMTP integration can send e-mail');
		else if (!senderOf({ smtpUrl: config.smtpUrl }, ''))
			log.warn(
				'SMTP_URL names no sender: add ?from=address to it, or e-mail of organizations without a sender of their own waits',
			);
		return { url, queueBackend: queues.backend, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function probe(sql: Pool, { redisUrl }: WorkerConfig): Promise<void> {
	const problem =
		(await checkWorkerLogin(sql)) ??
		(await checkSchema(sql)) ??
		(redisUrl ? null : await checkQueueSchema(sql));
	if (problem) throw problem;
}

async function stopAll(
	context: WorkerContext,
	parts: readonly RunningPart[],
	closeHttp: () => PromiseLike<unknown>,
): Promise<void> {
	const { shutdown, log } = context;
	log.info('stopping: finishing what is being sent');
	const clean = await stopParts(parts, context);
	await shutdown.limit(Promise.resolve(closeHttp()));
	await closeContext(context);
	log.info({ clean }, 'stopped');
}

/** Closes what parts have shared. */
async function closeContext({ shutdown, queues, calls, sql }: WorkerContext): Promise<void> {
	queues.close();
	await shutdown.limit(Promise.all([calls.stop(), sql.end({ timeout: 1 })]));
}
