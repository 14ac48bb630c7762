import type { Argument, Command, Option } from 'commander';

import { closestLabel } from '../../domain/input/closestLabel';

/**
 * Has the options and arguments of a command, and of all commands below it, take one of their choices as people write it: `admin`,
 * `sales rep`. What is none of them is refused as before, with what there is.
 */
export function readChoices(command: Command): void {
	for (const taken of [...command.options, ...command.registeredArguments]) readAsWritten(taken);
	for (const below of command.commands) readChoices(below);
}

function readAsWritten(taken: Argument | Option): void {
	const { argChoices: choices, parseArg } = taken;
	if (!choices || !parseArg) return;
	taken.argParser((given, previous: unknown) =>
		parseArg.call(taken, closestLabel(choices, given) ?? given, previous),
	);
}
