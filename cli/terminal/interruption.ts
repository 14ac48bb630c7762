const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal that asks this process to end. Later ones are ignored, so that stopping can finish. */
export function untilInterrupted(): Promise<NodeJS.Signals> {
	return new Promise((resolve) => {
		for (const signal of signals)
			process.on(signal, () => {
				resolve(signal);
			});
	});
}
