import { type ExitCode, runProgram } from '../../cli/runProgram';
import { loadConfig } from '../../worker/config';
import { startWorker } from '../../worker/main';

/** What a command did. */
export interface CommandResult {
	exitCode: ExitCode;
	/** Standard output. */
	out: string;
	/** Standard error. */
	err: string;
}

/** Runs `lma` in this process with an environment of its own and `input` on standard input. */
export async function runLma(
	args: string[],
	{ env = {}, input = null }: { env?: NodeJS.ProcessEnv; input?: string | null } = {},
): Promise<CommandResult> {
	const out: string[] = [];
	const err: string[] = [];
	const services = { startWorker: (given: NodeJS.ProcessEnv) => startWorker(loadConfig(given)) };
	const exitCode = await runProgram(args, services, {
		env,
		print: (line) => out.push(line),
		note: (line) => err.push(line),
		readInput: () => Promise.resolve(input),
	});
	return { exitCode, out: out.join('\n'), err: err.join('\n') };
}
