import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

import { findFreePort, isPortFree } from '../machine/freePort';
import { n8nProgram } from './n8nFolder';
import { n8nEnvironment } from './environment';
import { N8nPortTakenError } from './errors';
import { type N8nExit, waitUntilReady } from './readiness';
import { parentGuard, sqliteSubstitute } from './requiredFiles';

/** What `startN8n` needs. */
export interface StartOptions {
	/** An install folder, from `installN8n`. */
	folder: string;
	/** n8n keeps its encryption key and installed packages in `<userFolder>/.n8n`. Created when missing. */
	userFolder: string;
	port: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** What chooses `port`, named in the error when it is taken. Default `LMA_N8N_PORT`. */
	portSetting?: string;
	/** An existing database for n8n's own tables. */
	databaseUrl: string;
	/** An existing schema of it. Default `public`. */
	schema?: string;
	/** More variables for n8n; they win over ours. */
	extraEnv?: Record<string, string>;
	/** Everything n8n prints goes here; it begins anew at each start, unless `keepsLog`. */
	logFile: string;
	/** What an earlier start has printed stays. */
	keepsLog?: boolean;
	/** How long n8n may take to become ready, in milliseconds. Default 180,000: the first start migrates. */
	timeoutMs?: number;
	/** Aborting stops n8n while it starts. Afterwards use `stop()`. */
	signal?: AbortSignal;
}

/** A running n8n. */
export interface RunningN8n {
	/** Without a slash at the end. */
	url: string;
	pid: number;
	/** Resolves when n8n has ended, whoever ended it. Never rejects. */
	exited: Promise<N8nExit>;
	/** Ends n8n and whatever it started: asks, and after 10 s forces. Can be repeated. */
	stop(): Promise<void>;
}

const graceMs = 10_000;

/**
 * Starts n8n on PostgreSQL and resolves when it serves. It runs in a process group of its own, so Ctrl-C reaches
 * only the caller, and it ends by itself when the caller dies.
 * @throws N8nPortTakenError, N8nStartError (ended early or not ready in time; nothing is left running), or the
 * signal's reason.
 */
export async function startN8n(options: StartOptions): Promise<RunningN8n> {
	const { folder, userFolder, port, host = '127.0.0.1', logFile, timeoutMs = 180_000, signal } = options;
	signal?.throwIfAborted();
	if (!(await isPortFree(port, host)))
		throw new N8nPortTakenError(port, options.portSetting ?? 'LMA_N8N_PORT');
	const env = n8nEnvironment({ ...options, host, brokerPort: await findFreePort(host) });
	mkdirSync(userFolder, { recursive: true });
	mkdirSync(dirname(logFile), { recursive: true });
	const log = openSync(logFile, options.keepsLog ? 'a' : 'w', 0o600);
	const required = ['--require', parentGuard, '--require', sqliteSubstitute];
	const child = spawn(process.execPath, [...required, n8nProgram(folder), 'start'], {
		// n8n reads a `.env` in its working folder; ours must not be it.
		cwd: userFolder,
		detached: true,
		env,
		stdio: ['ignore', log, log, 'ipc'],
	});
	closeSync(log);
	let ended = false;
	const exited = new Promise<N8nExit>((resolve) => {
		child.once('error', () => resolve({ code: null, signal: null }));
		child.once('exit', (code, exitSignal) => resolve({ code, signal: exitSignal }));
	}).then((exit) => {
		ended = true;
		// Its task runner is in the same group and may outlive a crash.
		sendSignal(child.pid && -child.pid, 'SIGKILL');
		return exit;
	});
	const stop = async () => {
		if (ended) return;
		sendSignal(child.pid, 'SIGTERM');
		const force = setTimeout(() => sendSignal(child.pid && -child.pid, 'SIGKILL'), graceMs);
		await exited;
		clearTimeout(force);
	};
	const url = `http://${host}:${port}`;
	try {
		await waitUntilReady({ url, exited, logFile, timeoutMs, signal });
	} catch (error) {
		await stop();
		throw error;
	}
	return { url, pid: child.pid ?? 0, exited, stop };
}

/** A negative `pid` is a process group. */
function sendSignal(pid: number | undefined, name: NodeJS.Signals): void {
	try {
		if (pid) process.kill(pid, name);
	} catch {
		// It has ended.
	}
}
