import { Doorbell } from '../../db/connection/doorbell';
import { claimEvents } from '../../db/subscription/claimEvents';
import { type NewSubscription, openSubscription } from '../../db/subscription/subscription';
import { type LmaError, NotFoundError } from '../../domain/error/errors';
import { BatchSize } from './batchSize';
import { type Claimant, dealWith, type Execution, LEASE_SECONDS } from './claimedEvents';
import { FailureStreak } from './failureStreak';
import { newReaderName } from './feed';
import { type HeldFeed, ReaderFeed } from './readerFeed';
import { Rest } from './rest';
import { triggerBackOffMs } from './triggerBackOff';

/** How long a reader that was told to stop tries to acknowledge. */
const LAST_WORD_MS = 10_000;
/** How often to look without a feed that says it. */
const WITHOUT_FEED = { lookEveryMs: 1000, lookApartMs: 0 };

export interface ReaderOptions extends Execution {
	subscription: NewSubscription;
	/** Most events at once. */
	batchSize: number;
	/** What `openOnce` gave. Without, the reader opens the subscription. */
	opened?: HeldFeed;
	/** A feed for the credential as it is now. Asked for again after failures. */
	connect(): Promise<HeldFeed>;
	/** Failures that somebody should know of, once until it works again. */
	onTrouble(error: LmaError): void;
	/** Somebody knows already that it does not work. */
	isTroubleKnown: boolean;
	/** Waited for before the first claim: the reader before, with what it still has in hand. */
	predecessor?: Promise<void>;
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
	const rest = new Rest(bell);
	const trouble = new FailureStreak(options.isTroubleKnown);
	const batchSize = new BatchSize(options.batchSize);
	const feed = new ReaderFeed(
		() => options.connect(),
		() => bell.ring(),
		options.opened,
	);
	const { name } = options.subscription;
	let { from } = options.subscription;
	let isOpen = options.opened !== undefined;
	let stoppedAt: number | undefined;
	const stop = new AbortController();
	const isStopping = () => stop.signal.aborted;
	const isOutOfTime = () => stoppedAt !== undefined && Date.now() - stoppedAt > LAST_WORD_MS;
	const claimant: Claimant = { ...options, name, feed, stopping: stop.signal, isOutOfTime, recover };

	async function lookOnce(): Promise<'busy' | 'held' | 'idle'> {
		const connected = await feed.connected();
		if (!isOpen) {
			await connected.run((tx) => openSubscription(tx, { ...options.subscription, from }));
			from = 'keep';
			isOpen = true;
		}
		const claim = await connected.run((tx) =>
			claimEvents(tx, name, { reader, leaseSeconds: LEASE_SECONDS, limit: batchSize.now }),
		);
		if (claim && claim.events.length > 0) {
			await dealWith(claimant, claim);
			batchSize.grow();
		}
		trouble.end();
		if (!claim) return 'held';
		return claim.events.length > 0 || claim.more ? 'busy' : 'idle';
	}

	async function recover(error: unknown): Promise<void> {
		if (error instanceof NotFoundError) isOpen = false;
		const report = trouble.add(error);
		if (report && !isStopping()) options.onTrouble(report);
		await feed.disconnect();
		if (!isStopping()) bell.quiet();
		await bell.sleep(triggerBackOffMs(trouble.failures));
	}

	async function run(): Promise<void> {
		await options.predecessor;
		while (!isStopping()) {
			try {
				const outcome = await lookOnce();
				if (outcome !== 'busy') await rest.after(outcome, feed.current ?? WITHOUT_FEED, isStopping);
			} catch (error) {
				if (!isStopping() && !batchSize.shrink(error)) await recover(error);
			}
		}
		await feed.disconnect();
	}

	const ended = run();
	return {
		ended,
		async stop() {
			stoppedAt ??= Date.now();
			stop.abort();
			bell.ring();
			await ended;
		},
	};
}
