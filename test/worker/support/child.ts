import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { WorkerTuning } from '../../../worker/main';

export interface WorkerProcess {
	/** SIGKILL; resolves when the process is gone. */
	kill(): Promise<void>;
	/** SIGTERM. Resolves with the exit code and the milliseconds it took. */
	terminate(): Promise<{ code: number | null; tookMs: number; output: string }>;
}

const folder = path.resolve(__dirname, '../process');

/** Starts `test/worker/process/worker.ts` as a process and waits until it runs. */
export async function startWorkerProcess(
	env: Record<string, string>,
	tuning: WorkerTuning,
): Promise<WorkerProcess> {
	const child = spawn(
		process.execPath,
		['-r', path.join(folder, 'typescript.cjs'), path.join(folder, 'worker.ts')],
		{
			env: { PATH: process.env['PATH'], ...env, LMA_HTTP_PORT: '0', LMA_TEST_TUNING: JSON.stringify(tuning) },
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	let output = '';
	child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
	await untilStarted(child, () => output);
	return {
		async kill() {
			child.kill('SIGKILL');
			await exited(child);
		},
		async terminate() {
			const before = performance.now();
			child.kill('SIGTERM');
			await exited(child);
			return { code: child.exitCode, tookMs: performance.now() - before, output };
		},
	};
}

async function untilStarted(child: ChildProcess, output: () => string): Promise<void> {
	while (!output().includes('started ')) {
		if (child.exitCode !== null) throw new Error(`the worker ended at once: ${output()}`);
		await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
	}
}

async function exited(child: ChildProcess): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
