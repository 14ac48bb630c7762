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

/** The value of `work`, unless it takes longer than `ms`: then it rejects with the code ETIMEDOUT. */
export function within<T>(ms: number, work: PromiseLike<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const timeout = new Promise<never>((_, reject) => {
		timer = setTimeout(
			() => reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
			ms,
		);
	});
	return Promise.race([Promise.resolve(work), timeout]).finally(() => clearTimeout(timer));
}
