import { toLmaError } from '../../db/connection/error/toLmaError';
import {
	acknowledgeEvents,
	type EventClaim,
	releaseSubscription,
	renewLease,
} from '../../db/subscription/claimEvents';
import { NotFoundError, ValidationError } from '../../domain/error/errors';
import type { LmaEvent } from '../../domain/event/event';
import type { Feed } from './feed';
import type { ReaderFeed } from './readerFeed';
import { inWindow } from './slidingWindow';

/** How long a claim lasts that is not renewed. */
export const LEASE_SECONDS = 30;

/** How claimed events are executed. */
export interface Execution {
	/** Executions at the same time. */
	parallel: number;
	/** Cuts a batch into what one execution gets. */
	split(events: LmaEvent[]): LmaEvent[][];
	/** Starts an execution; rejects when it has to be delivered again. `stopping` is aborted when the reader is told to stop. */
	deliver(events: LmaEvent[], feed: Feed, stopping: AbortSignal): Promise<void>;
	/** Keys of what was executed, and is not acknowledged yet: not executed again when it is claimed again. */
	executed: Set<string>;
}

/** The reader that has claimed them. */
export interface Claimant extends Execution {
	/** The subscription's name. */
	name: string;
	feed: ReaderFeed;
	stopping: AbortSignal;
	/** It was told to stop so long ago that it acknowledges no more. */
	isOutOfTime(): boolean;
	/** Reports what failed, gives the feed back, and waits until it may be tried again. */
	recover(error: unknown): Promise<void>;
}

/**
 * Has what was claimed executed and acknowledges it, from the first on without a gap; keeps the lease meanwhile. Begins
 * nothing more once another reader has taken over, or this one is told to stop: what is left is then given back. Throws the
 * first failure of an execution.
 */
export async function dealWith(claimant: Claimant, claim: EventClaim): Promise<void> {
	const { name, feed } = claimant;
	let isTakenOver = false;
	const heed = (isOurs: boolean) => {
		isTakenOver ||= !isOurs;
	};
	const renew = () => {
		feed.current
			?.run((tx) => renewLease(tx, name, claim.epoch, LEASE_SECONDS))
			.then(heed)
			.catch(() => undefined);
	};
	const renewing = setInterval(renew, (LEASE_SECONDS * 1000) / 3);
	try {
		const parts = claimant.split(claim.events);
		const { done, failure } = await inWindow(
			parts,
			claimant.parallel,
			(part) => executeOnce(claimant, part),
			async (count) =>
				heed(await acknowledge(claimant, claim, parts[count - 1]?.at(-1)?.cursor ?? claim.cursor)),
			() => claimant.stopping.aborted || isTakenOver,
		);
		if (done === parts.length) {
			await acknowledge(claimant, claim, claim.cursor);
			return;
		}
		// What was not executed is for the next reader, at once.
		const error = failure === undefined ? undefined : toLmaError(failure).message;
		await feed.current
			?.run((tx) => releaseSubscription(tx, name, claim.epoch, { error }))
			.catch(() => undefined);
		if (failure !== undefined) throw failure as Error;
	} finally {
		clearInterval(renewing);
	}
}

async function executeOnce(claimant: Claimant, part: LmaEvent[]): Promise<void> {
	const fresh = part.filter(({ key }) => !claimant.executed.has(key));
	if (fresh.length > 0) await claimant.deliver(fresh, await claimant.feed.connected(), claimant.stopping);
	for (const { key } of fresh) claimant.executed.add(key);
}

/**
 * Until there is an answer: giving up would have the events executed twice. False when another reader has taken over,
 * and executes them anyway; or when the reader was stopped and the database stays away, perhaps for good: then the next
 * reader of this process knows what was executed.
 */
async function acknowledge(claimant: Claimant, claim: EventClaim, cursor: string): Promise<boolean> {
	for (;;) {
		try {
			const feed = await claimant.feed.connected();
			const isOurs = await feed.run((tx) => acknowledgeEvents(tx, claimant.name, claim.epoch, cursor));
			for (const event of claim.events) {
				claimant.executed.delete(event.key);
				if (event.cursor === cursor) break;
			}
			return isOurs;
		} catch (error) {
			// Closed, or opened anew elsewhere: there is nothing to acknowledge any more.
			if (error instanceof NotFoundError || error instanceof ValidationError) return false;
			if (claimant.isOutOfTime()) return false;
			await claimant.recover(error);
		}
	}
}
