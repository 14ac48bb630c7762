import { CommanderError } from 'commander';
import {
	CommandFailedError,
	describeFailure,
	framesOfMistake,
	isMistakeOfLma,
	traceOf,
} from './terminal/failure';
import { buildProgram } from './program';
import type { Services } from './services';
import { processTerminal, type Terminal } from './terminal/terminal';

/** 0 done, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs `lma` with the arguments after its name. Never throws: a failure is one sentence on standard error, with the
 * stack trace under LOG_LEVEL=debug or trace alone, but for a mistake of LMA, which always says where it is.
 */
export async function runProgram(
	args: string[],
	services: Services,
	terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
	try {
		await buildProgram(terminal, services).parseAsync(args, { from: 'user' });
		return 0;
	} catch (error) {
		// Commander has already printed help, version or what is wrong with the usage.
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		terminal.note(`lma: ${describeFailure(error)}`);
		const isDebugging = ['debug', 'trace'].includes(terminal.env.LOG_LEVEL ?? '');
		if (isDebugging) terminal.note(traceOf(error));
		else if (isMistakeOfLma(error)) terminal.note(framesOfMistake(error).join('\n'));
		return error instanceof CommandFailedError && error.isWrongUsage ? 2 : 1;
	}
}
