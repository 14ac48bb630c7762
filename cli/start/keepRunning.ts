import { setTimeout as sleep } from 'node:timers/promises';

import { backOffMs } from '../../domain/backOff';
import type { Terminal } from '../terminal/terminal';
import { failureOf } from './failureOf';

/** A program that was started. */
export interface Running {
	/** Resolves when it has ended, whoever ended it. Never rejects. */
	exited: Promise<unknown>;
	stop(): Promise<void>;
}

/** What is kept running, and how. */
export interface KeepOptions {
	/** At the start of a sentence. */
	name: string;
	/** It runs already. */
	running: Running;
	/** Starts it again. */
	start(): Promise<Running>;
	/** Aborted before it is stopped on purpose. */
	signal: AbortSignal;
	terminal: Pick<Terminal, 'note'>;
	/** Where to look for the reason. */
	logFile?: string;
	/** How long it has to run until earlier failures are forgotten, in milliseconds. Default a minute. */
	steadyMs?: number;
	/** The wait after the first failure in milliseconds; it doubles with each one, up to half a minute. Default 1,000. */
	firstPauseMs?: number;
}

/** Failures in a row until it is left alone. */
const MOST_FAILURES = 5;

/** A program that is started again whenever it ends by itself. */
export interface KeptRunning {
	/** Stops what runs, or is about to, once `signal` is aborted. Can be repeated. */
	stop(): Promise<void>;
	/** True when it was to stop, false when it was given up. */
	outcome: Promise<boolean>;
}

/**
 * Starts a program again whenever it ends by itself, after a wait that grows, and says so. One that ends five times in a row is
 * left alone, which is told with the place of its log.
 */
export function keepRunning(options: KeepOptions): KeptRunning {
	let current: Running | undefined = options.running;
	const outcome = keep(options, (running) => (current = running));
	return {
		outcome,
		async stop() {
			await current?.stop();
			// One that was being started is stopped there.
			await outcome;
		},
	};
}

async function keep(options: KeepOptions, onChange: (running: Running) => void): Promise<boolean> {
	const { name, signal, terminal, steadyMs = 60_000 } = options;
	const isOver = () => signal.aborted;
	let running: Running | undefined = options.running;
	for (let failures = 1; ; failures++) {
		const begun = performance.now();
		await running?.exited;
		if (isOver()) return true;
		if (performance.now() - begun > steadyMs) failures = 1;
		if (failures > MOST_FAILURES) {
			terminal.note(`${name} has failed ${failures} times in a row and is left alone.${hintOf(options)}`);
			return false;
		}
		await pause(options, failures, running ? 'has ended unexpectedly' : 'could not be started');
		if (isOver()) return true;
		running = await options.start().catch((error: unknown) => {
			if (!isOver()) terminal.note(`${name}: ${failureOf(error)}`);
			return undefined;
		});
		if (running && isOver()) await running.stop();
		else if (running) {
			onChange(running);
			terminal.note(`${name} is running again.`);
		}
	}
}

async function pause(options: KeepOptions, failures: number, fact: string): Promise<void> {
	const { name, signal, terminal, firstPauseMs = 1_000 } = options;
	const pauseMs = backOffMs({ failures, firstMs: firstPauseMs, longestMs: 30_000, random: Math.random() });
	const seconds = Math.ceil(pauseMs / 1_000);
	terminal.note(`${name} ${fact}; starting it again in ${seconds} s.${hintOf(options)}`);
	await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
}

function hintOf({ logFile }: KeepOptions): string {
	return logFile === undefined ? '' : ` Its log is ${logFile}.`;
}
