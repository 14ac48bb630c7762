/** Resolves when `work` does or after `ms`, whichever comes first, and tells which. Failures count as done. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<'done' | 'late'> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<'late'>((resolve) => {
		timer = setTimeout(() => resolve('late'), Math.max(ms, 0));
	});
	const done = work.then(
		() => 'done' as const,
		() => 'done' as const,
	);
	return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/** The value of `work`, unless it takes longer than `ms`, or `signal` is aborted: then it rejects with ETIMEDOUT. */
export function within<T>(ms: number, work: PromiseLike<T>, signal?: AbortSignal): Promise<T> {
	let giveUp: () => void = () => undefined;
	const late = new Promise<never>((_, reject) => {
		giveUp = () => {
			reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
		};
	});
	const timer = setTimeout(giveUp, ms);
	if (signal?.aborted) giveUp();
	signal?.addEventListener('abort', giveUp, { once: true });
	return Promise.race([Promise.resolve(work), late]).finally(() => {
		clearTimeout(timer);
		signal?.removeEventListener('abort', giveUp);
	});
}
