/* eslint-disable-next-line no-restricted-imports -- what it asks is another program, which tells nobody when it is ready */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks `probe` again and again until it gives something other than undefined, false or null, and returns that.
 * @throws Error naming `what` after `timeoutMs`, with the last failure of `probe` as its cause.
 */
export async function until<T>(
	what: string,
	probe: () => Promise<T | undefined | null | false>,
	timeoutMs = 60_000,
): Promise<T> {
	const deadline = performance.now() + timeoutMs;
	let failure: unknown;
	do {
		try {
			const found = await probe();
			if (found !== undefined && found !== null && found !== false) return found;
			failure = undefined;
		} catch (error) {
			failure = error;
		}
		await sleep(100);
	} while (performance.now() < deadline);
	throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`, { cause: failure });
}
