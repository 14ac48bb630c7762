import { Doorbell } from '../../db/connection/doorbell';
import { toLmaError } from '../../db/connection/error/toLmaError';
import {
	acknowledgeEvents,
	claimEvents,
	type EventClaim,
	releaseSubscription,
	renewLease,
} from '../../db/subscription/claimEvents';
import { type NewSubscription, openSubscription } from '../../db/subscription/subscription';
import { type LmaError, NotFoundError, ValidationError } from '../../domain/error/errors';
import type { LmaEvent } from '../../domain/event/event';
import { triggerBackOffMs } from './triggerBackOff';
import { BatchSize } from './batchSize';
import { type Feed, newReaderName } from './feed';
import { FailureStreak } from './failureStreak';
import { inWindow } from './slidingWindow';

const LEASE_SECONDS = 30;
/** How long a reader that was told to stop tries to acknowledge. */
const LAST_WORD_MS = 10_000;
/** Another reader has the lease: its end is not announced. */
const HELD_MS = 1000;
/**
 * Called, and there is nothing: a transaction that began earlier still runs and holds the events up, or they are not for
 * this subscription. So look again soon, a few times.
 */
const LOOK_AGAIN_MS = [50, 150, 400, 1000, 2000];

export interface ReaderOptions {
	subscription: NewSubscription;
	/** Most events at once. */
	batchSize: number;
	/** Executions at the same time. */
	parallel: number;
	/** Cuts a batch into what one execution gets. */
	split(events: LmaEvent[]): LmaEvent[][];
	/** Starts an execution; rejects when it has to be delivered again. */
	deliver(events: LmaEvent[], feed: Feed): Promise<void>;
	/** What `openOnce` gave. Without, the reader opens the subscription. */
	opened?: HeldFeed;
	/** A feed for the credential as it is now. Asked for again after failures. */
	connect(): Promise<HeldFeed>;
	/** Failures that somebody should know of, once until it works again. */
	onTrouble(error: LmaError): void;
	/** Somebody knows already that it does not work. */
	isTroubleKnown: boolean;
	/** Keys of what was executed, and is not acknowledged yet: not executed again when it is claimed again. */
	executed: Set<string>;
	/** Waited for before the first claim: the reader before, with what it still has in hand. */
	predecessor?: Promise<void>;
}

export interface HeldFeed {
	feed: Feed;
	release: () => Promise<void>;
}

export interface Reader {
	/** Claims nothing more. Resolves when what is in hand is dealt with and the feed given back. */
	stop(): Promise<void>;
	/** Resolves as `stop` does, without stopping. */
	readonly ended: Promise<void>;
}

/**
 * Opens the subscription, throwing what goes wrong. A reader would try again by itself; somebody who has just pressed
 * a button wants to hear of it.
 */
export async function openOnce({
	connect,
	subscription,
}: Pick<ReaderOptions, 'connect' | 'subscription'>): Promise<HeldFeed> {
	const held = await connect();
	let isOpen = false;
	try {
		await held.feed.run((tx) => openSubscription(tx, subscription));
		isOpen = true;
		return held;
	} finally {
		if (!isOpen) await held.release();
	}
}

/**
 * Reads a subscription until it is told to stop: claims events, has them executed, acknowledges them, and begins again.
 * Never throws. Whatever fails is tried again, for ever, at most half a minute apart: the cursor is in the database, so
 * nothing is missed meanwhile.
 */
export function startReader(options: ReaderOptions): Reader {
	const reader = newReaderName();
	const bell = new Doorbell();
	const trouble = new FailureStreak(options.isTroubleKnown);
	const batchSize = new BatchSize(options.batchSize);
	const { executed } = options;
	const { name } = options.subscription;
	let from = options.subscription.from;
	let stoppedAt: number | undefined;
	const isStopping = () => stoppedAt !== undefined;
	let isOpen = options.opened !== undefined;
	let held = options.opened && heard(options.opened);

	function heard(feed: HeldFeed) {
		return { ...feed, stopCalls: feed.feed.onCall(() => bell.ring()) };
	}

	async function connected(): Promise<Feed> {
		held ??= heard(await options.connect());
		return held.feed;
	}

	async function disconnect(): Promise<void> {
		const { stopCalls, release } = held ?? {};
		held = undefined;
		stopCalls?.();
		await release?.().catch(() => undefined);
	}

	async function lookOnce(): Promise<'busy' | 'held' | 'idle'> {
		const feed = await connected();
		if (!isOpen) {
			await feed.run((tx) => openSubscription(tx, { ...options.subscription, from }));
			from = 'keep';
			isOpen = true;
		}
		const claim = await feed.run((tx) =>
			claimEvents(tx, name, { reader, leaseSeconds: LEASE_SECONDS, limit: batchSize.now }),
		);
		if (claim && claim.events.length > 0) {
			await dealWith(claim);
			batchSize.grow();
		}
		trouble.end();
		if (!claim) return 'held';
		return claim.events.length > 0 || claim.more ? 'busy' : 'idle';
	}

	async function dealWith(claim: EventClaim): Promise<void> {
		let isTakenOver = false;
		const heed = (isOurs: boolean) => {
			isTakenOver ||= !isOurs;
		};
		const renew = () => {
			held?.feed
				.run((tx) => renewLease(tx, name, claim.epoch, LEASE_SECONDS))
				.then(heed)
				.catch(() => undefined);
		};
		const renewing = setInterval(renew, (LEASE_SECONDS * 1000) / 3);
		try {
			const parts = options.split(claim.events);
			const { done, failure } = await inWindow(
				parts,
				options.parallel,
				executeOnce,
				async (count) => heed(await acknowledge(claim, parts[count - 1]?.at(-1)?.cursor ?? claim.cursor)),
				() => isStopping() || isTakenOver,
			);
			if (done === parts.length) {
				await acknowledge(claim, claim.cursor);
				return;
			}
			// What was not executed is for the next reader, at once.
			const error = failure === undefined ? undefined : toLmaError(failure).message;
			await held?.feed
				.run((tx) => releaseSubscription(tx, name, claim.epoch, { error }))
				.catch(() => undefined);
			if (failure !== undefined) throw failure as Error;
		} finally {
			clearInterval(renewing);
		}
	}

	async function executeOnce(part: LmaEvent[]): Promise<void> {
		const fresh = part.filter(({ key }) => !executed.has(key));
		if (fresh.length > 0) await options.deliver(fresh, await connected());
		for (const { key } of fresh) executed.add(key);
	}

	/**
	 * Until there is an answer: giving up would have the events executed twice. False when another reader has taken over,
	 * and executes them anyway; or when the reader was stopped and the database stays away, perhaps for good: then the next
	 * reader of this process knows what was executed.
	 */
	async function acknowledge(claim: EventClaim, cursor: string): Promise<boolean> {
		for (;;) {
			try {
				const feed = await connected();
				const isOurs = await feed.run((tx) => acknowledgeEvents(tx, name, claim.epoch, cursor));
				for (const event of claim.events) {
					executed.delete(event.key);
					if (event.cursor === cursor) break;
				}
				return isOurs;
			} catch (error) {
				// Closed, or opened anew elsewhere: there is nothing to acknowledge any more.
				if (error instanceof NotFoundError || error instanceof ValidationError) return false;
				if (stoppedAt !== undefined && Date.now() - stoppedAt > LAST_WORD_MS) return false;
				await recover(error);
			}
		}
	}

	async function recover(error: unknown): Promise<void> {
		if (error instanceof NotFoundError) isOpen = false;
		const report = trouble.add(error);
		if (report && !isStopping()) options.onTrouble(report);
		await disconnect();
		if (!isStopping()) bell.quiet();
		await bell.sleep(triggerBackOffMs(trouble.failures));
	}

	async function rest(outcome: 'held' | 'idle', looks: number): Promise<number> {
		if (outcome === 'held') {
			await bell.sleep(HELD_MS);
			return looks;
		}
		const { lookEveryMs = HELD_MS, lookApartMs = 0 } = held?.feed ?? {};
		const isCalled = await bell.sleep(LOOK_AGAIN_MS[looks] ?? lookEveryMs);
		if (isCalled && !isStopping()) await new Promise((resolve) => setTimeout(resolve, lookApartMs));
		return isCalled ? 0 : looks + 1;
	}

	async function run(): Promise<void> {
		await options.predecessor;
		// Quiet until the first call.
		let looks = LOOK_AGAIN_MS.length;
		while (!isStopping()) {
			try {
				const outcome = await lookOnce();
				if (outcome !== 'busy') looks = await rest(outcome, looks);
			} catch (error) {
				if (!isStopping() && !batchSize.shrink(error)) await recover(error);
			}
		}
		await disconnect();
	}

	const ended = run();
	return {
		ended,
		async stop() {
			stoppedAt ??= Date.now();
			bell.ring();
			await ended;
		},
	};
}
