import { MAX_ATTEMPTS } from '../../domain/backOff';

/** Sizes and times of the dispatch. The defaults suit one process; tests shorten them. */
export interface DispatchOptions {
	batchSize: number;
	/** Most rows of one organization in a batch, so that one with much to send does not hold up the others. */
	perOrganization: number;
	/** Far more than `sendTimeoutMs`, so that a worker that lives never loses a message it is sending. */
	leaseSeconds: number;
	/** Time-box of one try. */
	sendTimeoutMs: number;
	/** Messages of one batch that are sent at the same time. */
	sendConcurrency: number;
	/** Batches that this process works on at the same time. */
	jobConcurrency: number;
	/** Batches that may wait in the queue before no more are claimed. */
	waitingBatches: number;
	/** How often the tables are looked at when nothing calls. */
	pollMs: number;
	maxAttempts: number;
}

export const DISPATCH_DEFAULTS: DispatchOptions = {
	batchSize: 200,
	perOrganization: 100,
	leaseSeconds: 60,
	sendTimeoutMs: 20_000,
	sendConcurrency: 20,
	jobConcurrency: 4,
	waitingBatches: 8,
	pollMs: 1_000,
	maxAttempts: MAX_ATTEMPTS,
};

/** Within this a statement about a few rows has answered: else its connection is dead, and nobody has said so. */
export const ANSWER_MS = 10_000;
