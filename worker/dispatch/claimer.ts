import { randomUUID } from 'node:crypto';
import type { Queue } from 'bullmq';

import { within } from '../../db/connection/timeLimit';
import type { Pool } from '../../db/connection/client';
import { Doorbell } from '../../db/connection/doorbell';
import {
	claimDueCommunications,
	type ClaimedCommunication,
	millisecondsUntilNextDispatch,
	releaseClaims,
} from '../../db/dispatch/claimDueCommunications';
import { resolveUnknownOutcomes } from '../../db/dispatch/finishDispatches';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Outages, Server } from '../outage';
import { type DispatchJob, QUEUES } from '../queue/jobs';
import type { DispatchOptions } from './options';

export interface Claimer {
	/** Look now: something was scheduled, or a batch is done. */
	wake(): void;
	/** Milliseconds since the loop last came round; small while it lives. */
	idleMs(): number;
	/** Claims nothing more. Resolves when the last round is over. */
	stop(): Promise<void>;
}

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
export function startClaimer(deps: ClaimerDependencies): Claimer {
	const { sql, metrics, options } = deps;
	const bell = new Doorbell();
	const stopping = new AbortController();
	let lastRound = performance.now();
	let lastOrganizationId = 0;
	let lastResolved = -Infinity;

	async function resolveUnknown(): Promise<void> {
		const { resent, failed } = await resolveUnknownOutcomes(sql, { ...options, limit: 500 });
		lastResolved = performance.now();
		if (resent + failed > 0)
			deps.log.warn({ resent, failed }, 'a worker vanished while sending; outcomes are unknown');
		metrics.failed.inc({ type: 'any', reason: 'outcome_unknown' }, failed);
	}

	async function round(): Promise<number> {
		if (performance.now() - lastResolved >= options.pollMs) await guarded('database', resolveUnknown);
		// Also finds out whether the queue answers, before anything is claimed for it.
		const waiting = await guarded('queue', () =>
			within(QUEUE_TIMEOUT_MS, deps.queue.getWaitingCount(), stopping.signal),
		);
		deps.outages.clear('queue');
		if (waiting >= options.waitingBatches) return options.pollMs;
		const claims = await guarded('database', () =>
			claimDueCommunications(sql, { ...options, afterOrganizationId: lastOrganizationId }),
		);
		if (claims.length === 0) {
			const next = await guarded('database', () => millisecondsUntilNextDispatch(sql));
			deps.outages.clear('database');
			return Math.min(options.pollMs, Math.max(next ?? options.pollMs, 0) + 1);
		}
		deps.outages.clear('database');
		metrics.claimed.inc(claims.length);
		lastOrganizationId = lastInRound(claims, lastOrganizationId);
		await enqueue(claims);
		return 0;
	}

	async function enqueue(claims: ClaimedCommunication[]): Promise<void> {
		try {
			const job = { items: claims.map(({ id, epoch, organizationId }) => ({ id, epoch, organizationId })) };
			const jobId = `batch-${randomUUID()}`;
			await within(QUEUE_TIMEOUT_MS, deps.queue.add(QUEUES.dispatch, job, { jobId }), stopping.signal);
		} catch (error) {
			// If the job arrives after all, its epochs are stale by then.
			metrics.released.inc(await releaseClaims(sql, claims).catch(() => 0));
			throw new ServerFailure('queue', error);
		}
	}

	async function loop(): Promise<void> {
		while (!stopping.signal.aborted) {
			lastRound = performance.now();
			const pauseMs = await round().catch(pauseAfter);
			// Returns at once when stopped: that calls, too.
			if (pauseMs > 0) await bell.sleep(pauseMs);
		}
	}

	function pauseAfter(error: unknown): number {
		// What was cut short by stopping says nothing about the server.
		if (stopping.signal.aborted) return 0;
		if (error instanceof ServerFailure) deps.outages.report(error.server, error.cause);
		else deps.log.error({ err: error }, 'looking for due communications failed');
		return BREATHER_MS;
	}

	async function guarded<T>(server: Server, work: () => PromiseLike<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			throw new ServerFailure(server, error);
		}
	}

	const running = loop();
	return {
		wake: () => bell.ring(),
		idleMs: () => performance.now() - lastRound,
		async stop() {
			stopping.abort();
			bell.ring();
			await running;
		},
	};
}

class ServerFailure extends Error {
	constructor(
		readonly server: Server,
		cause: unknown,
	) {
		super(`${server} failed`, { cause });
	}
}

/** The organization of a batch that comes last in the round that began after `after`. */
function lastInRound(claims: ClaimedCommunication[], after: number): number {
	const turn = (id: number) => (id <= after ? 1 : 0);
	return claims
		.map(({ organizationId }) => organizationId)
		.reduce((last, id) => (turn(id) > turn(last) || (turn(id) === turn(last) && id > last) ? id : last));
}
