import type { JobSchedulerJson, Queue } from 'bullmq';

import { within } from '../../db/connection/timeLimit';
import type { Pool } from '../../db/connection/client';
import {
	listActiveIntegrations,
	listBrokenIntegrations,
	listRequestedSyncs,
	type RequestedSync,
} from '../../db/integration/integration';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { askServer, type Outages } from '../outage';
import { QUEUES, type WorkflowSyncJob } from '../queue/jobs';
import { everyRound, type Rounds } from '../rounds';

export interface SyncOptions {
	/** From the start of one scan of an instance to the next. */
	everyMs: number;
	/** How often new, changed and lost schedules are looked for. */
	planEveryMs: number;
	/** Instances scanned at the same time by this process. */
	concurrency: number;
}

export const SYNC_DEFAULTS: SyncOptions = { everyMs: 60_000, planEveryMs: 15_000, concurrency: 2 };

const QUEUE_TIMEOUT_MS = 5_000;
const MOST_COUNTED = 10_000;

/**
 * Keeps one repeating job per active n8n integration in the queue. Looked after again and again: the queue may have
 * been emptied, and integrations come and go.
 */
export function startSyncSchedule(deps: {
	sql: Pool;
	queue: Queue<WorkflowSyncJob>;
	log: Log;
	metrics: Metrics;
	outages: Outages;
	options: SyncOptions;
}): Rounds {
	const { sql, queue, options, log, metrics, outages } = deps;
	return everyRound({
		name: 'planning the scans of n8n',
		pauseMs: options.planEveryMs,
		log,
		outages,
		async round({ signal }) {
			const [integrations, requests, broken] = await askServer('database', () =>
				Promise.all([
					listActiveIntegrations(sql, ['n8n']),
					listRequestedSyncs(sql),
					listBrokenIntegrations(sql, MOST_COUNTED),
				]),
			);
			metrics.connectionsUnusable.reset();
			for (const { integrationType: type, status } of broken)
				metrics.connectionsUnusable.inc({ type, status });
			// While the queue is away its commands would wait in memory, more with every round.
			if (outages.current('queue')) return undefined;
			const plan = async () => {
				await scheduleSyncs(queue, integrations, options);
				await enqueueRequested(queue, requests);
			};
			await askServer('queue', () => within(QUEUE_TIMEOUT_MS, plan(), signal));
			return undefined;
		},
	});
}

/** One round of the planner: adds what is missing, removes what is not wanted. Can be repeated. */
async function scheduleSyncs(
	queue: Queue<WorkflowSyncJob>,
	integrations: { id: number }[],
	options: SyncOptions,
): Promise<void> {
	const wanted = new Map(integrations.map(({ id }) => [schedulerId(id), id] as const));
	const present = new Map(
		(await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]),
	);
	for (const [key, integrationId] of wanted) {
		const schedule = present.get(key);
		// A renewed schedule starts over, so one that is right is left alone.
		if (Number(schedule?.every) === options.everyMs && !(await isBroken(queue, schedule, options))) continue;
		await queue.upsertJobScheduler(
			key,
			{ every: options.everyMs },
			{ name: QUEUES.workflowSync, data: { integrationId } },
		);
	}
	for (const key of present.keys()) if (!wanted.has(key)) await queue.removeJobScheduler(key);
}

/**
 * Whether a schedule has ended by accident. BullMQ takes a scan from the queue and plans the next one in two steps: when the
 * worker dies in between, the schedule waits for a job that nobody does, for a minute, until it counts as stalled.
 */
async function isBroken(
	queue: Queue<WorkflowSyncJob>,
	schedule: JobSchedulerJson | undefined,
	{ planEveryMs }: SyncOptions,
): Promise<boolean> {
	const nextAt = Number(schedule?.next);
	if (!schedule || !(nextAt < Date.now() - planEveryMs)) return false;
	// Overdue alone says nothing: all workers may be busy.
	const state = await queue.getJobState(`repeat:${schedule.key}:${nextAt}`);
	return state !== 'waiting' && state !== 'delayed' && state !== 'prioritized';
}

/** One job for each request, however often it is asked to; gone from the queue when done, so that it can come again. */
async function enqueueRequested(queue: Queue<WorkflowSyncJob>, requests: RequestedSync[]): Promise<void> {
	for (const { id, requested } of requests) {
		await queue.add(
			QUEUES.workflowSync,
			{ integrationId: id },
			{ jobId: `requested-${id}-${requested}`, removeOnComplete: true, removeOnFail: true },
		);
	}
}

function schedulerId(integrationId: number): string {
	return `n8n-${integrationId}`;
}
