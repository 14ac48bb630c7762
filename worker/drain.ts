import { atMost } from '../db/connection/timeLimit';

import type { Worker } from 'bullmq';

const GOODBYE_MS = 1_500;

/** Counts what a BullMQ worker has at hand, so that stopping waits for the work and not for a queue that is away. */
export class Drain {
	readonly #running = new Set<Promise<unknown>>();

	/** Runs `work` as one job. */
	run(work: () => Promise<void>): Promise<void> {
		const running = work();
		const settled = running.catch(() => undefined).finally(() => this.#running.delete(settled));
		this.#running.add(settled);
		return running;
	}

	/** Takes no more jobs and resolves when those at hand are done and, if the queue answers, noted as done there. */
	async close(worker: Pick<Worker, 'close'>): Promise<void> {
		const closing = worker.close();
		closing.catch(() => undefined);
		while (this.#running.size > 0) await Promise.all(this.#running);
		if ((await atMost(GOODBYE_MS, closing)) === 'late') void worker.close(true).catch(() => undefined);
	}
}
