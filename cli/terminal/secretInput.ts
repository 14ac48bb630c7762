import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

import { CommandFailedError } from './failure';
import type { Terminal } from './terminal';
import { readVariable } from '../machine/variable';

/** Where a command finds a secret. There is no option for the secret itself: arguments are visible to everyone. */
export interface SecretSource {
	secretFile?: string;
	secretEnv?: string;
}

/** Adds the options that `readSecret` understands. */
export function addSecretOptions(command: Command): Command {
	return command
		.option('--secret-file <file>', 'read the secret from this file')
		.option('--secret-env <name>', 'read the secret from this environment variable');
}

/**
 * Reads a secret from the file, the variable, or else from standard input; space around it is taken off. Undefined
 * when standard input is a keyboard or holds nothing.
 * @throws CommandFailedError when the file or variable that was named holds nothing.
 */
export async function readSecret(source: SecretSource, terminal: Terminal): Promise<string | undefined> {
	const { secretFile, secretEnv } = source;
	if (secretFile && secretEnv)
		throw new CommandFailedError(
			'Both --secret-file and --secret-env are given. Leave one of them out.',
			true,
		);
	if (secretFile) {
		const text = await readFile(secretFile, 'utf8').catch((error: unknown) => {
			throw new CommandFailedError(
				`The secret cannot be read from ${secretFile}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}.`,
			);
		});
		if (text.trim() === '')
			throw new CommandFailedError(`${secretFile} is empty. It should hold the secret.`);
		return text.trim();
	}
	if (secretEnv) {
		const text = readVariable(terminal.env, secretEnv);
		if (!text)
			throw new CommandFailedError(`The variable ${secretEnv} is not set. It should hold the secret.`);
		return text;
	}
	const text = (await terminal.readInput())?.trim();
	return text === '' ? undefined : text;
}

/**
 * For a command that needs no secret as it was called.
 * @throws CommandFailedError when one is named all the same; `option` is what it would belong to
 */
export function refuseSecret({ secretFile, secretEnv }: SecretSource, option: string): void {
	const given = secretFile === undefined ? secretEnv && '--secret-env' : '--secret-file';
	if (!given) return;
	throw new CommandFailedError(
		`${given} is given, but not ${option}, which it is for. Add ${option}, or leave ${given} out.`,
		true,
	);
}

/** Like `readSecret`, for a command that cannot do without. `what` names the secret. */
export async function requireSecret(source: SecretSource, terminal: Terminal, what: string): Promise<string> {
	const secret = await readSecret(source, terminal);
	if (secret) return secret;
	throw new CommandFailedError(
		`The ${what} is missing. Use --secret-file or --secret-env, or write it to standard input.`,
		true,
	);
}
