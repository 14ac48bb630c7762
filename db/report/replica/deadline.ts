import { FallbackError } from './fallback';

/** A time limit that can be given anew while the work goes on. */
export interface Deadline {
	/** From now on so many milliseconds are left. */
	extend(ms: number): void;
}

/**
 * Runs `work` with a limit on its time. When that has passed, `abandon` is called and a `FallbackError` thrown; `work`
 * itself is not ended by it.
 */
export async function withDeadline<T>(
	ms: number,
	abandon: () => void,
	work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const { promise: expired, reject } = Promise.withResolvers<never>();
	const extend = (next: number) => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			abandon();
			reject(new FallbackError('timeout'));
		}, next);
	};
	extend(ms);
	try {
		return await Promise.race([work({ extend }), expired]);
	} finally {
		clearTimeout(timer);
	}
}
