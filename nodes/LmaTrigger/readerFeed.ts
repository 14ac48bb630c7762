import type { Feed } from './feed';

/** A feed in somebody's hands. */
export interface HeldFeed {
	feed: Feed;
	release: () => Promise<void>;
}

/** The feed that one reader works with: connected when it is needed, given back when it fails. */
export class ReaderFeed {
	readonly #connect: () => Promise<HeldFeed>;
	readonly #onCall: () => void;
	#held: (HeldFeed & { stopCalls: () => void }) | undefined;

	/** @param opened a feed that the reader takes over, instead of connecting first */
	constructor(connect: () => Promise<HeldFeed>, onCall: () => void, opened?: HeldFeed) {
		this.#connect = connect;
		this.#onCall = onCall;
		this.#held = opened && this.#heard(opened);
	}

	/** The feed at hand; undefined while there is none. */
	get current(): Feed | undefined {
		return this.#held?.feed;
	}

	/** The feed at hand, else one for the credential as it is now. */
	async connected(): Promise<Feed> {
		this.#held ??= this.#heard(await this.#connect());
		return this.#held.feed;
	}

	/** Gives it back; the next one is asked for anew. Can be repeated. */
	async disconnect(): Promise<void> {
		const { stopCalls, release } = this.#held ?? {};
		this.#held = undefined;
		stopCalls?.();
		await release?.().catch(() => undefined);
	}

	#heard(held: HeldFeed) {
		return { ...held, stopCalls: held.feed.onCall(this.#onCall) };
	}
}
