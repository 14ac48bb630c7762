import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { finishDispatches, type DispatchResult } from '../../db/dispatchResult';
import type { Log } from '../log';

export interface ResultWriter {
	/** Resolves with whether the result counted: false when its epoch was stale. Never rejects. */
	write(result: DispatchResult): Promise<boolean>;
}

const PATIENCE_MS = 30_000;

/**
 * Writes results in as few statements as they allow: what arrives while a statement runs goes into the next one. A
 * database that does not answer is tried again for half a minute, because a lost result of a sent message would leave
 * an unknown outcome; after that the lease decides.
 */
export function createResultWriter(sql: postgres.Sql, log: Log): ResultWriter {
	let waiting: { result: DispatchResult; resolve: (accepted: boolean) => void }[] = [];
	let running = false;

	async function drain(): Promise<void> {
		running = true;
		while (waiting.length > 0) {
			// Let the results of the same moment come in, too.
			await new Promise((resolve) => setImmediate(resolve));
			const batch = waiting;
			waiting = [];
			const accepted = await writePatiently(batch.map(({ result }) => result));
			for (const { result, resolve } of batch) resolve(accepted.has(result.id));
		}
		running = false;
	}

	async function writePatiently(results: DispatchResult[]): Promise<Set<number>> {
		const deadline = performance.now() + PATIENCE_MS;
		for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 3_000)) {
			try {
				return await finishDispatches(sql, results);
			} catch (error) {
				if (isRefused(error) && results.length > 1) {
					// One that cannot be stored must not take the others with it.
					const accepted = await Promise.all(results.map((result) => writePatiently([result])));
					return new Set(accepted.flatMap((ids) => [...ids]));
				}
				if (isRefused(error) || performance.now() > deadline) {
					const communicationIds = results.map(({ id }) => id);
					log.error(
						{ err: error, communicationIds },
						'results could not be written; their leases will decide',
					);
					return new Set();
				}
				await sleep(delayMs);
			}
		}
	}

	return {
		write: (result) =>
			new Promise((resolve) => {
				waiting.push({ result, resolve });
				if (!running) void drain();
			}),
	};
}

/** PostgreSQL does not take these values: trying again cannot help. */
function isRefused(error: unknown): boolean {
	return /^2[23]/.test((error as { code?: string } | null)?.code ?? '');
}
