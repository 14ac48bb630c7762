import { setTimeout as sleep } from 'node:timers/promises';

import type { Doorbell } from '../../db/connection/doorbell';
import type { Feed } from './feed';

/** Another reader has the lease: its end is not announced. */
const HELD_MS = 1000;
/**
 * Called, and there is nothing: a transaction that began earlier still runs and holds the events up, or they are not for
 * this subscription. So look again soon, a few times.
 */
const LOOK_AGAIN_MS = [50, 150, 400, 1000, 2000];

/** How often a reader looks: at each call, soon after one that brought nothing, and now and then in any case. */
export class Rest {
	/** Quiet until the first call. */
	#looks = LOOK_AGAIN_MS.length;

	constructor(private readonly bell: Doorbell) {}

	/** Resolves when it is time to look again: after `held`, for another reader has the lease, or `idle`, for there was nothing. */
	async after(
		outcome: 'held' | 'idle',
		{ lookEveryMs, lookApartMs }: Pick<Feed, 'lookEveryMs' | 'lookApartMs'>,
		isStopping: () => boolean,
	): Promise<void> {
		if (outcome === 'held') {
			await this.bell.sleep(HELD_MS);
			return;
		}
		const isCalled = await this.bell.sleep(LOOK_AGAIN_MS[this.#looks] ?? lookEveryMs);
		this.#looks = isCalled ? 0 : this.#looks + 1;
		// The bell keeps a call that comes meanwhile: one more look follows the next.
		if (isCalled && !isStopping()) await sleep(lookApartMs);
	}
}
