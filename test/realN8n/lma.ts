import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../setup/until';

const program = join(__dirname, '..', '..', 'dist', 'cli', 'main.js');

/** Runs the built `lma` as an admin would, and returns what it printed as JSON. `input` goes to standard input. */
export async function lma(
	args: string[],
	env: Record<string, string>,
	input = '',
): Promise<Record<string, unknown>> {
	const running = promisify(execFile)(process.execPath, [program, ...args, '--json'], {
		env: { ...systemEnvironment(), ...env },
		timeout: 120_000,
	});
	running.child.stdin?.end(input);
	const { stdout } = await running;
	return JSON.parse(stdout) as Record<string, unknown>;
}

/** `lma worker` as a process of its own. */
export interface WorkerProcess {
	url: string;
	/** Everything it has logged. */
	log(): string;
	/** SIGTERM; resolves with the exit code and how long it took, in milliseconds. */
	stop(): Promise<{ code: number | null; tookMs: number }>;
}

/** Starts the built worker, or that of another `lma`, and waits until it is ready. */
export async function startWorkerProcess(
	env: Record<string, string>,
	port: number,
	logFile: string,
	command = program,
): Promise<WorkerProcess> {
	const url = `http://127.0.0.1:${port}`;
	const log = openSync(logFile, 'w', 0o600);
	const child = spawn(process.execPath, [command, 'worker'], {
		env: { ...systemEnvironment(), ...env, LMA_HTTP_PORT: String(port) },
		stdio: ['ignore', log, log],
	});
	closeSync(log);
	const ended = once(child, 'exit');
	const worker: WorkerProcess = {
		url,
		log: () => readFileSync(logFile, 'utf8'),
		stop: async () => {
			const start = performance.now();
			child.kill('SIGTERM');
			await ended;
			return { code: child.exitCode, tookMs: performance.now() - start };
		},
	};
	try {
		await until('the worker is ready', async () => {
			if (child.exitCode !== null) return true;
			return (await fetch(`${url}/ready`)).ok;
		});
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
	if (child.exitCode !== null) throw new Error(`The worker ended: ${worker.log()}`);
	return worker;
}

/** What a fresh shell has: nothing that configures us. */
function systemEnvironment(): Record<string, string> {
	return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
}
