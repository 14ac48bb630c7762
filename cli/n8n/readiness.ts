import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nStartError } from './errors';

/** How n8n ended. */
export interface N8nExit {
	code: number | null;
	signal: NodeJS.Signals | null;
}

const pollMs = 200;
const keptLines = 15;

/**
 * Waits until n8n says that it is ready, which is later than that it is healthy.
 * @throws N8nStartError when it ends first or takes longer than `timeoutMs`; the signal's reason when aborted.
 */
export async function waitUntilReady(options: {
	url: string;
	exited: Promise<N8nExit>;
	logFile: string;
	timeoutMs: number;
	signal?: AbortSignal | undefined;
}): Promise<void> {
	const { url, exited, logFile, timeoutMs, signal } = options;
	const deadline = performance.now() + timeoutMs;
	while (performance.now() < deadline) {
		if (await isReady(url)) return;
		const ended = await Promise.race([exited, sleep(pollMs, undefined, { signal })]);
		if (ended)
			throw new N8nStartError(`ended while starting (${describe(ended)})`, logFile, lastLines(logFile));
	}
	throw new N8nStartError(
		`was not ready after ${Math.round(timeoutMs / 1000)} s`,
		logFile,
		lastLines(logFile),
	);
}

async function isReady(url: string): Promise<boolean> {
	try {
		const answer = await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.timeout(2_000) });
		await answer.body?.cancel();
		return answer.ok;
	} catch {
		return false;
	}
}

function describe({ code, signal }: N8nExit): string {
	if (signal) return signal;
	return code === null ? 'it could not be started' : `code ${code}`;
}

function lastLines(logFile: string): string {
	return readFileSync(logFile, 'utf8').trim().split('\n').slice(-keptLines).join('\n');
}
