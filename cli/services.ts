/** Something that runs in this process. */
export interface RunningService {
	/** Where its HTTP server listens: `http://host:port`. */
	readonly url: string;
	/** Finishes what is at hand and closes. Can be called again. */
	stop(): Promise<void>;
}

/** What the command starts and does not know itself; `cli/main.ts` hands it over. */
export interface Services {
	/**
	 * The worker, with the variables of `env`.
	 * @throws LmaError that names the variable, or what cannot be reached
	 */
	startWorker(env: NodeJS.ProcessEnv): Promise<RunningService>;
}
