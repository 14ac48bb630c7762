import { Doorbell } from '../db/connection/doorbell';
import { isMistake } from '../db/connection/error/toLmaError';
import type { Log } from './log';
import { type Outages, ServerFailure } from './outage';

/** What a round is given. */
export interface Turn {
	/** Aborted when the loop is told to stop. */
	readonly signal: AbortSignal;
	/** Says that a round of many steps goes on. */
	readonly alive: () => void;
}

export interface RoundOptions {
	/** For the log, when a round fails: what could not be done. */
	name: string;
	/** Between the end of a round and the beginning of the next, in milliseconds; cut short by `wake`. */
	pauseMs: number;
	/** The same after a round that failed. Default: `pauseMs`. */
	pauseAfterFailureMs?: number;
	/** How long a round, or a step of one that says `alive`, may take before the loop counts as idle. Default 0. */
	stepMs?: number;
	/** Milliseconds to pause, where that is not `pauseMs`; 0 goes on at once. */
	round(turn: Turn): Promise<number | undefined>;
	log: Log;
	outages: Outages;
}

/** A loop that runs. */
export interface Rounds {
	/** Begin the next round now, or when the one at hand is over. */
	readonly wake: () => void;
	/** Milliseconds since it should have given a sign of life; 0 or little while it lives, however long it pauses. */
	readonly idleMs: () => number;
	/** Begins no more rounds. Resolves when the one at hand is over. Can be called again. */
	readonly stop: () => Promise<void>;
}

/**
 * Runs rounds one after the other, the first at once, until stopped: never two at the same time. A round that fails ends
 * nothing. It is an outage where a server was away, else a line in the log, and the next one tries again.
 */
export function everyRound(options: RoundOptions): Rounds {
	const { pauseMs, pauseAfterFailureMs = pauseMs, stepMs = 0, log, outages } = options;
	const bell = new Doorbell();
	const stopping = new AbortController();
	const { signal } = stopping;
	let nextSignAt = 0;

	const expectSignIn = (ms: number) => {
		nextSignAt = performance.now() + ms;
	};
	const turn: Turn = { signal, alive: () => expectSignIn(stepMs) };

	function report(error: unknown): void {
		if (error instanceof ServerFailure) outages.report(error.server, error.cause);
		else if (outages.isConnectionError(error)) outages.report('database', error);
		else if (isMistake(error)) log.error({ err: error }, `${options.name} failed`);
		else log.warn({ err: error }, `${options.name} failed; it is tried again`);
	}

	async function run(): Promise<void> {
		while (!signal.aborted) {
			turn.alive();
			let restMs = pauseMs;
			try {
				restMs = (await options.round(turn)) ?? pauseMs;
			} catch (error) {
				// What was cut short by stopping says nothing about a server.
				if (!turn.signal.aborted) report(error);
				restMs = pauseAfterFailureMs;
			}
			expectSignIn(restMs);
			// Returns at once when stopped: that rings, too.
			if (restMs > 0) await bell.sleep(restMs);
		}
	}

	const running = run();
	return {
		wake: () => bell.ring(),
		idleMs: () => Math.max(0, performance.now() - nextSignAt),
		async stop() {
			stopping.abort();
			bell.ring();
			await running;
		},
	};
}
