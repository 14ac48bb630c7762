import { CommandFailedError } from '../cli/terminal/failure';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves like `work`, or rejects with the first signal that asks this process to end, so that the caller can tidy up;
 * `work` then goes on to its own failure unheard.
 */
export async function untilInterrupted<T>(work: Promise<T>): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	const interrupt = (signal: NodeJS.Signals) => reject(new CommandFailedError(`Interrupted by ${signal}.`));
	for (const signal of SIGNALS) process.once(signal, interrupt);
	work.catch(() => undefined);
	try {
		return await Promise.race([work, promise]);
	} finally {
		for (const signal of SIGNALS) process.off(signal, interrupt);
	}
}
