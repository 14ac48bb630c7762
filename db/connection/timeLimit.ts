import pTimeout, { TimeoutError } from 'p-timeout';

/** Resolves when `work` does or after `ms`, whichever comes first, and tells which. Failures count as done. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<'done' | 'late'> {
	const done = work.then(
		() => 'done' as const,
		() => 'done' as const,
	);
	return pTimeout(done, { milliseconds: Math.max(ms, 1), fallback: () => 'late' as const });
}

/** The value of `work`, unless it takes longer than `ms`, or `signal` is aborted: then it rejects with ETIMEDOUT. */
export async function within<T>(ms: number, work: PromiseLike<T>, signal?: AbortSignal): Promise<T> {
	try {
		return await pTimeout(work, { milliseconds: ms, ...(signal && { signal }) });
	} catch (error) {
		const isLate = error instanceof TimeoutError || (signal?.aborted === true && error === signal.reason);
		if (!isLate) throw error;
		throw Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
	}
}
