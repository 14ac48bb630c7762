import { atMost } from '../db/connection/timeLimit';

const FINISH_MS = 7_000;
const LAST_WORDS_MS = 1_000;
const ALL_MS = 9_000;

/** The order and the time limits in which a worker ends. */
export class Shutdown {
	readonly #stopping = new AbortController();
	readonly #givingUp = new AbortController();
	#deadline = Infinity;

	/** Aborted first: start nothing new. */
	get stopping(): AbortSignal {
		return this.#stopping.signal;
	}

	/** Aborted when what is running has had its time: end it, and write down how it stands. */
	get givingUp(): AbortSignal {
		return this.#givingUp.signal;
	}

	/** Asks everything to finish. Returns whether it did without being cut off. */
	async run(finish: () => Promise<unknown>): Promise<boolean> {
		this.#deadline = performance.now() + ALL_MS;
		this.#stopping.abort();
		const finished = finish();
		if ((await atMost(FINISH_MS, finished)) === 'done') return true;
		this.#givingUp.abort();
		return (await atMost(LAST_WORDS_MS, finished)) === 'done';
	}

	/** Waits for `work`, but not past the end of the ten seconds; at least for a quarter of a second. */
	async limit(work: Promise<unknown>): Promise<void> {
		await atMost(Math.max(this.#deadline - performance.now(), 250), work);
	}
}
