import type { Pool } from '../../db/connection/client';
import { type ClaimedCommunication, releaseClaims } from '../../db/dispatch/claimDueCommunications';
import type { OutgoingMessage } from '../../db/dispatch/startSending';
import type { DispatchResult } from '../../db/dispatch/finishDispatches';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { startAllowed } from './gate';
import type { DispatchOptions } from './options';
import { type Sender, type SendOutcome, settle, type Turn } from './outcome';
import type { ResultWriter } from './resultWriter';
import type { UnreadSettings } from './unreadSettings';

export interface BatchDependencies {
	sql: Pool;
	log: Log;
	metrics: Metrics;
	results: ResultWriter;
	unreadSettings: UnreadSettings;
	options: DispatchOptions;
	/** The ways to send for these organizations; asked once per batch. */
	senderFor(organizationIds: number[]): Promise<Sender>;
	/** Aborted when the worker should start nothing new. */
	stopping: AbortSignal;
	/** Aborted when it can no longer wait for what is being sent. */
	givingUp: AbortSignal;
}

/**
 * Sends a claimed batch: for a few messages at a time the send gate is asked, the intent is committed, then they are sent,
 * and the results are written as they come. Rows that were cancelled, rescheduled or taken over since are skipped. When the worker
 * stops, what is being sent is finished and the rest goes back. Can be repeated: a second run finds nothing to do.
 */
export async function dispatchBatch(deps: BatchDependencies, claims: ClaimedCommunication[]): Promise<void> {
	const waiting = [...claims];
	// p-limit starts one at a time, whenever one ends. Here several are taken together, so that one commit serves them all:
	// that needs to know when half of the places are free, which it does not tell.
	const sending = new Set<Promise<void>>();
	const { options, stopping } = deps;
	try {
		const sender = await deps.senderFor([...new Set(claims.map(({ organizationId }) => organizationId))]);
		while (waiting.length > 0 && !stopping.aborted) {
			const free = options.sendConcurrency - sending.size;
			if (free < Math.min(waiting.length, Math.ceil(options.sendConcurrency / 2))) {
				await Promise.race(sending);
				continue;
			}
			const leasedAt = performance.now();
			const messages = await takeNext(deps, waiting.splice(0, free));
			const turn = turnOf(deps, leasedAt);
			for (const message of messages) {
				const done: Promise<void> = sendOne(deps, sender, message, turn).finally(() => sending.delete(done));
				sending.add(done);
			}
		}
	} finally {
		await Promise.all(sending);
		// Reached with rows left when stopping, or when the database failed; then the lease returns them.
		if (waiting.length > 0) deps.metrics.released.inc(await releaseClaims(deps.sql, waiting).catch(() => 0));
	}
}

async function takeNext(deps: BatchDependencies, group: ClaimedCommunication[]): Promise<OutgoingMessage[]> {
	try {
		return await startAllowed(deps, group);
	} catch (error) {
		// The commit may have happened all the same. Nothing was sent, and that can be said: fenced, so harmless if not.
		const results = group.map(({ id, epoch, organizationId }) => {
			const result: DispatchResult = {
				id,
				epoch,
				outcome: 'returned',
				delaySeconds: 1,
				reason: 'intent_lost',
			};
			return deps.results.write(result, organizationId);
		});
		await Promise.all(results);
		throw error;
	}
}

/**
 * A try begins in the first half of the lease or not at all: what waited longer for a connection, or in a process that
 * was halted, may belong to another worker by now, be cancelled or rescheduled.
 */
function turnOf({ options, stopping, givingUp }: BatchDependencies, leasedAt: number): Turn {
	const lastMoment = leasedAt + (options.leaseSeconds * 1_000) / 2;
	const patience = AbortSignal.timeout(Math.max(0, Math.floor(lastMoment - performance.now())));
	const tooLate = AbortSignal.any([patience, stopping]);
	return {
		tooLate,
		begin: () =>
			tooLate.aborted || performance.now() > lastMoment
				? null
				: AbortSignal.any([AbortSignal.timeout(options.sendTimeoutMs), givingUp]),
	};
}

const TOO_LONG: SendOutcome = { kind: 'not_sent', permanent: true, reason: 'content_too_long' };

async function sendOne(
	deps: BatchDependencies,
	sender: Sender,
	message: OutgoingMessage,
	turn: Turn,
): Promise<void> {
	const { metrics, options, log } = deps;
	const type = message.communicationType;
	if (message.attempt === 1) metrics.lateness.observe(message.latenessMs / 1_000);
	const stopTimer = metrics.sendDuration.startTimer({ type });
	const outcome = message.isTooLong
		? TOO_LONG
		: await sender.send(message, turn).catch((error: unknown): SendOutcome => {
				log.error({ err: error, communicationId: message.id }, 'a message may or may not have been sent');
				return { kind: 'unknown', reason: 'sender_failed', deduplicates: false };
			});
	stopTimer();
	const result = settle(message, outcome, Math.random(), options.maxAttempts);
	const accepted = await deps.results.write(result, message.organizationId);
	count(metrics, type, result, accepted);
	const { id, epoch, organizationId, attempt } = message;
	const reason = result.outcome === 'sent' ? undefined : result.reason;
	const entry = {
		communicationId: id,
		organizationId,
		epoch,
		attempt,
		type,
		outcome: result.outcome,
		reason,
	};
	if (!accepted) log.warn(entry, 'a result came too late and was not counted');
	else if (result.outcome === 'failed') log.warn(entry, 'a communication failed');
	else if (result.outcome === 'returned' && result.needsPerson)
		log.info(entry, 'a communication waits until somebody does something');
	else log.debug(entry, 'a communication was dispatched');
}

function count(metrics: Metrics, type: string, result: DispatchResult, accepted: boolean): void {
	if (!accepted) metrics.fenced.inc();
	else if (result.outcome === 'sent') metrics.sent.inc({ type });
	else if (result.outcome === 'returned' && result.needsPerson)
		metrics.held.inc({ type, decision: 'wait', reason: result.reason });
	else if (result.outcome === 'returned') metrics.released.inc();
	else if (result.outcome === 'retry') metrics.retried.inc({ type, reason: result.reason });
	else if (result.outcome === 'failed') metrics.failed.inc({ type, reason: result.reason });
}
