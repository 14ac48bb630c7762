import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

import { ErrorCause } from '../../domain/error/errorCause';
import { atMost } from '../../db/connection/timeLimit';
import { LmaError } from '../../domain/error/errors';

/** When an event counts as delivered. */
export type Acknowledge = 'finished' | 'handedOver';

export interface ExecutionOptions {
	acknowledge: Acknowledge;
	/** Most minutes to wait for an execution; then it counts as delivered, and runs on. */
	longestWaitMinutes: number;
	/** n8n starts no second execution under the same key. */
	deduplicationKey?: string;
}

/**
 * Starts an execution, and resolves when n8n has recorded its end, or the items count as delivered without it: `failed`
 * when it ended with an error, `ended` otherwise, also when a person cancelled it or nobody can say.
 *
 * Rejects when n8n did not start it, or cut it off because n8n is ending.
 */
export async function execute(
	context: Pick<ITriggerFunctions, 'emit' | 'helpers'>,
	items: INodeExecutionData[],
	{ acknowledge, longestWaitMinutes, deduplicationKey }: ExecutionOptions,
): Promise<'ended' | 'failed'> {
	if (acknowledge === 'handedOver') {
		context.emit([items], undefined, undefined, deduplicationKey);
		return 'ended';
	}
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit([items], undefined, done, deduplicationKey);
	if ((await atMost(longestWaitMinutes * 60_000, done.promise)) === 'late') return 'ended';
	const { status, failure } = await done.promise.then(
		(run) => ({ status: run.status, failure: undefined }),
		(error: unknown) => ({ status: undefined, failure: { error } }),
	);
	if (!failure) return status === 'error' || status === 'crashed' ? 'failed' : 'ended';
	if (wasStarted(failure.error)) return 'ended';
	throw new LmaError(
		'EXECUTION_NOT_STARTED',
		`n8n did not start the execution: ${failure.error instanceof Error ? new ErrorCause(failure.error).message : 'unknown reason'}`,
		'The events are kept and tried again. See the log of n8n.',
		{ cause: failure.error },
	);
}

/**
 * Whether n8n had the execution, though it does not give its result: somebody cancelled it, it took longer than the
 * workflow may, or it had ended (at a missing permission for a credential, say) before n8n could ask for the end.
 */
function wasStarted(error: unknown): boolean {
	if (typeof error !== 'object' || error === null) return false;
	if ('reason' in error) return error.reason === 'manual' || error.reason === 'timeout';
	return error.constructor.name === 'ExecutionNotFoundError';
}
