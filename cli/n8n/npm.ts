import { spawn, type ChildProcess } from 'node:child_process';
import { basename, delimiter, dirname } from 'node:path';

import { parentGuard } from './requiredFiles';
import { CommandFailedError } from '../terminal/failure';

/** How npm ended. `output` is what it wrote, without warnings and stacks, at most the last 4,000 characters. */
export interface NpmResult {
	code: number;
	stdout: string;
	output: string;
}

const keptCharacters = 4_000;
const graceMs = 5_000;
/** Warnings, stack traces and the advice after an error. */
const noise = /^npm (warn|error\s+at |error A complete log|error$)/;

/**
 * Runs npm in `cwd` under the Node.js that runs us. Rejects when npm is not there, or with the signal's reason
 * when `signal` aborts; by then npm has ended. It also ends when we are killed.
 */
export async function runNpm(
	args: string[],
	{ cwd, env, signal }: { cwd: string; env: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<NpmResult> {
	signal?.throwIfAborted();
	const [file, ...first] = npmCommand(env);
	const child = spawn(file, [...first, ...args], {
		cwd,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: {
			...env,
			PATH: `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`,
			NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --require ${JSON.stringify(parentGuard)}`,
		},
	});
	const stop = () => stopGroup(child);
	signal?.addEventListener('abort', stop, { once: true });
	try {
		const result = await collect(child);
		signal?.throwIfAborted();
		return result;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new CommandFailedError(
			'npm is not on the PATH; it comes with Node.js (https://nodejs.org)',
			false,
			{ cause: error },
		);
	} finally {
		signal?.removeEventListener('abort', stop);
	}
}

/** Under `npm run`, the npm that runs us; else the one on the PATH. */
function npmCommand(env: NodeJS.ProcessEnv): [string, ...string[]] {
	const running = env['npm_execpath'];
	return running && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

function collect(child: ChildProcess): Promise<NpmResult> {
	let stdout = '';
	let stderr = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => {
			const said = `${stdout}${stderr}`.split('\n').filter((line) => !noise.test(line));
			resolve({ code: code ?? 1, stdout, output: said.join('\n').trim().slice(-keptCharacters) });
		});
	});
}

function stopGroup(child: ChildProcess): void {
	const { pid } = child;
	if (pid === undefined) return;
	const signalGroup = (name: NodeJS.Signals) => {
		try {
			process.kill(-pid, name);
		} catch {
			// It has ended already.
		}
	};
	signalGroup('SIGTERM');
	const last = setTimeout(() => signalGroup('SIGKILL'), graceMs);
	child.once('close', () => clearTimeout(last));
}
