import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';

import { within } from '../../db/connection/timeLimit';
import type { Pool } from '../../db/connection/client';
import {
	claimDueCommunications,
	type ClaimedCommunication,
	millisecondsUntilNextDispatch,
	releaseClaims,
} from '../../db/dispatch/claimDueCommunications';
import { resolveUnknownOutcomes } from '../../db/dispatch/finishDispatches';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { askServer, type Outages, ServerFailure } from '../outage';
import { type DispatchJob, QUEUES } from '../queue/jobs';
import { everyRound, type Rounds, type Turn } from '../rounds';
import type { DispatchOptions } from './options';

export interface ClaimerDependencies {
	sql: Pool;
	queue: Queue<DispatchJob>;
	log: Log;
	metrics: Metrics;
	outages: Outages;
	options: DispatchOptions;
}

const QUEUE_TIMEOUT_MS = 5_000;
const BREATHER_MS = 1_000;

/**
 * Finds due communications, claims them and puts them into the queue, one job per batch. Looks when called, when the
 * next one becomes due, and every few seconds in any case: calls can be lost, the table cannot.
 */
export function startClaimer(deps: ClaimerDependencies): Rounds {
	const { sql, metrics, options } = deps;
	let lastOrganizationId = 0;
	let lastResolved = -Infinity;

	async function resolveUnknown(): Promise<void> {
		const { resent, failed } = await resolveUnknownOutcomes(sql, { ...options, limit: 500 });
		lastResolved = performance.now();
		if (resent + failed > 0)
			deps.log.warn({ resent, failed }, 'a worker vanished while sending; outcomes are unknown');
		metrics.failed.inc({ type: 'any', reason: 'outcome_unknown' }, failed);
	}

	async function round({ signal }: Turn): Promise<number> {
		if (performance.now() - lastResolved >= options.pollMs) await askServer('database', resolveUnknown);
		// Also finds out whether the queue answers, before anything is claimed for it.
		const waiting = await askServer('queue', () =>
			within(QUEUE_TIMEOUT_MS, deps.queue.getWaitingCount(), signal),
		);
		deps.outages.clear('queue');
		if (waiting >= options.waitingBatches) return options.pollMs;
		const claims = await askServer('database', () =>
			claimDueCommunications(sql, { ...options, afterOrganizationId: lastOrganizationId }),
		);
		if (claims.length === 0) {
			const next = await askServer('database', () => millisecondsUntilNextDispatch(sql));
			deps.outages.clear('database');
			return Math.min(options.pollMs, Math.max(next ?? options.pollMs, 0) + 1);
		}
		deps.outages.clear('database');
		metrics.claimed.inc(claims.length);
		lastOrganizationId = lastInRound(claims, lastOrganizationId);
		await enqueue(claims, signal);
		return 0;
	}

	async function enqueue(claims: ClaimedCommunication[], signal: AbortSignal): Promise<void> {
		try {
			const job = { items: claims.map(({ id, epoch, organizationId }) => ({ id, epoch, organizationId })) };
			const jobId = `batch-${randomUUID()}`;
			await within(QUEUE_TIMEOUT_MS, deps.queue.add(QUEUES.dispatch, job, { jobId }), signal);
		} catch (error) {
			// If the job arrives after all, its epochs are stale by then.
			metrics.released.inc(await releaseClaims(sql, claims).catch(() => 0));
			throw new ServerFailure('queue', error);
		}
	}

	return everyRound({
		name: 'looking for due communications',
		pauseMs: options.pollMs,
		pauseAfterFailureMs: BREATHER_MS,
		round,
		log: deps.log,
		outages: deps.outages,
	});
}

/** The organization of a batch that comes last in the round that began after `after`. */
function lastInRound(claims: ClaimedCommunication[], after: number): number {
	const turn = (id: number) => (id <= after ? 1 : 0);
	return claims
		.map(({ organizationId }) => organizationId)
		.reduce((last, id) => (turn(id) > turn(last) || (turn(id) === turn(last) && id > last) ? id : last));
}
