import { Command, CommanderError } from 'commander';

import { describeFailure } from '../cli/terminal/failure';
import { processTerminal, type Terminal } from '../cli/terminal/terminal';
import { registerCompare, SomethingWorse } from './compare/command';
import { registerDb } from './db/command';
import { registerNodes } from './nodes/command';

/** `npm run bench -- <what>`: measurements, not tests. A missed budget is said, and is no failure. */
export function buildBench(terminal: Terminal): Command {
	const program = new Command('bench')
		.description(
			'Measure this version on this machine. Every measurement is a line of JSON, which `compare` compares.',
		)
		.usage('<what> [options]')
		.exitOverride()
		.configureOutput({
			writeOut: (text) => terminal.print(text.trimEnd()),
			writeErr: (text) => terminal.note(text.trimEnd()),
		})
		.showHelpAfterError('Add --help to see the available options.');
	registerDb(program, terminal);
	registerNodes(program, terminal);
	registerCompare(program, terminal);
	return program;
}

/** Exit code 0 measured, 1 failed or worse than before, 2 wrong usage. Never throws. */
export async function runBench(args: string[], terminal: Terminal = processTerminal()): Promise<0 | 1 | 2> {
	try {
		await buildBench(terminal).parseAsync(args, { from: 'user' });
		return 0;
	} catch (error) {
		if (error instanceof SomethingWorse) return 1;
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		terminal.note(`bench: ${describeFailure(error)}`);
		if (terminal.env.LOG_LEVEL === 'debug' && error instanceof Error) terminal.note(error.stack ?? '');
		return 1;
	}
}

if (require.main === module) {
	void runBench(process.argv.slice(2)).then((exitCode) => {
		process.exitCode = exitCode;
		// What an interruption has left under way must not keep the process.
		if (exitCode === 1) process.exit();
	});
}
