/**
 * Runs `work` on each of `parts`, so many at a time, begun in their order. `onPrefix` is told, one call at a time, how many
 * from the first on are done without a gap. After a failure or once `isStopping` nothing is begun any more; what runs is
 * waited for. Returns how many are done without a gap, and the first failure.
 */
export async function inWindow<Part>(
	parts: readonly Part[],
	width: number,
	work: (part: Part) => Promise<void>,
	onPrefix: (count: number) => Promise<void>,
	isStopping: () => boolean,
): Promise<{ done: number; failure?: unknown }> {
	const isDone = parts.map(() => false);
	let next = 0;
	let done = 0;
	let failure: { error: unknown } | undefined;
	let telling = Promise.resolve();

	const runOn = async () => {
		while (next < parts.length && !failure && !isStopping()) {
			const index = next;
			next += 1;
			try {
				await work(parts[index] as Part);
			} catch (error) {
				failure ??= { error };
				return;
			}
			isDone[index] = true;
			const before = done;
			while (isDone[done]) done += 1;
			if (done > before && done < parts.length) {
				const count = done;
				telling = telling.then(() => (count === done ? onPrefix(count) : undefined));
				await telling;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, Math.min(width, parts.length)) }, runOn));
	return failure ? { done, failure: failure.error } : { done };
}
