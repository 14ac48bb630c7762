import type { Queue } from 'bullmq';

import type { WorkerContext } from './context';

/** Something that the worker does all the time: dispatch, sync, … Parts know nothing of each other. */
export interface WorkerPart {
	/** For logs. */
	readonly name: string;
	/** Begins at once and goes on until stopped. Throws only when it cannot begin at all. */
	start(context: WorkerContext): RunningPart;
}

export interface RunningPart {
	/**
	 * Begins nothing more. Resolves when what was at hand is finished, or was cut short because `shutdown.givingUp` was
	 * aborted. Can be called again.
	 */
	stop(): Promise<void>;
	/** Gives back what it has opened. After `stop`. */
	close(): Promise<void>;
	/** Milliseconds since its loop should have given a sign of life; 0 or little while it lives. */
	readonly idleMs: () => number;
	/** Its queue, where it has one: can be asked whether the queue server answers. */
	readonly queue?: Pick<Queue, 'getWaitingCount'>;
}

/** Starts parts in order. When one cannot begin, those before it are stopped and closed again. */
export async function startParts(
	parts: readonly WorkerPart[],
	context: WorkerContext,
): Promise<RunningPart[]> {
	const running: RunningPart[] = [];
	try {
		for (const part of parts) running.push(part.start(context));
		return running;
	} catch (error) {
		await stopParts(running, context);
		throw error;
	}
}

/** Stops all parts at once and closes them, within the time limits of the shutdown. Whether all finished in time. */
export async function stopParts(
	parts: readonly RunningPart[],
	{ shutdown }: Pick<WorkerContext, 'shutdown'>,
): Promise<boolean> {
	const clean = await shutdown.run(() => Promise.all(parts.map((part) => part.stop())));
	await shutdown.limit(Promise.all(parts.map((part) => part.close())));
	return clean;
}
