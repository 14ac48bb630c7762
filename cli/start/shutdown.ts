/** What is running, and how to end it, last one first. */
export class Shutdown {
	private readonly steps: { name: string; stop: () => Promise<unknown> }[] = [];
	private ending: Promise<string[]> | undefined;
	private readonly abort = new AbortController();
	private readonly lost = Promise.withResolvers<never>();

	/** Aborted when everything is to stop; for what takes long to start. */
	readonly signal = this.abort.signal;

	constructor() {
		// Nobody may be waiting for it.
		this.failed.catch(() => undefined);
	}

	/** Rejects when something has failed that nothing works without. */
	get failed(): Promise<never> {
		return this.lost.promise;
	}

	/** Says that something has failed that nothing works without. */
	giveUp(error: Error): void {
		this.lost.reject(error);
	}

	/**
	 * Remembers how to stop something that has just been started. When everything is being stopped already, it is
	 * stopped at once and the start-up is abandoned.
	 * @throws InterruptedError
	 */
	async add(name: string, stop: () => Promise<unknown>): Promise<void> {
		if (this.ending) {
			await stop();
			throw new InterruptedError();
		}
		this.steps.push({ name, stop });
	}

	/** Stops everything in reverse order, one after the other. Returns what could not be stopped properly, in words. */
	end(): Promise<string[]> {
		this.abort.abort(new InterruptedError());
		return (this.ending ??= this.endAll());
	}

	private async endAll(): Promise<string[]> {
		const problems: string[] = [];
		for (const { name, stop } of this.steps.reverse()) {
			try {
				await stop();
			} catch (error) {
				problems.push(
					`${name} did not stop properly: ${error instanceof Error ? error.message : String(error)}`,
				);
			}
		}
		return problems;
	}
}

/** Starting was given up because somebody asked to stop. */
class InterruptedError extends Error {
	override name = 'InterruptedError';

	constructor() {
		super('Interrupted while starting.');
	}
}
