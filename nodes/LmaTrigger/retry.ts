import { setTimeout as sleep } from 'node:timers/promises';

import { LmaError } from '../../domain/error/errors';

export interface RetryOptions {
	/** How many times an execution that failed is started again. */
	retries: number;
	/** From the end of one to the beginning of the next. */
	secondsBetweenRetries: number;
	/** Aborted when the trigger is to stop: then nothing more is begun. */
	stopping: AbortSignal;
}

/**
 * Executes, and again while it fails, as often as allowed; then it counts as delivered, and is n8n's matter: it is in the list
 * of executions, and went to the error workflow.
 *
 * @param start begins one execution; gets 0 first, then the number of the retry
 * @throws what `start` throws; LmaError when the trigger stops before the last retry: the events are then delivered again
 */
export async function retrying(
	start: (retry: number) => Promise<'ended' | 'failed'>,
	{ retries, secondsBetweenRetries, stopping }: RetryOptions,
): Promise<void> {
	for (let retry = 0; (await start(retry)) === 'failed' && retry < retries; retry++) {
		await sleep(secondsBetweenRetries * 1000, undefined, { signal: stopping }).catch(() => undefined);
		if (!stopping.aborted) continue;
		throw new LmaError(
			'EXECUTION_RETRY_PUT_OFF',
			'An execution failed, and the trigger was stopped before it was retried',
			'The events are kept; they are delivered again when the workflow is published or n8n has started.',
		);
	}
}
