import type { Command } from 'commander';

import {
	type ConnectionName,
	getConnection,
	removeConnection,
	switchConnection,
} from '../../db/integration/connection';
import { decryptSecret, parseEncryptionKey, type SealedSecret } from '../../db/integration/secret';
import { LmaError } from '../../domain/error/errors';
import type { IntegrationType } from '../../domain/integration/integration';
import { CommandFailedError } from '../terminal/failure';
import type { Terminal } from '../terminal/terminal';
import { registerListConnections } from './connection/listConnections';
import { addConnectionArguments, onConnection } from './connection/storedConnection';
import type { Trial } from './connection/trial';
import { assertUsable, noteTrial, tryConnection } from './connection/tryConnection';

interface Options {
	json?: boolean;
	force?: boolean;
}

/** `lma org connection list|test|enable|disable|remove`: what `lma org connect` has made. */
export function registerConnection(org: Command, terminal: Terminal): void {
	const connection = org
		.command('connection')
		.description('Show, test, switch off and remove the connections of an organization.');

	registerListConnections(connection, terminal);

	addConnectionArguments(connection.command('test'))
		.description('Contact the far side as the worker would. Nothing is sent, nothing is changed.')
		.option('--json', 'print what was found as JSON')
		.action(async (slug: string, kind: IntegrationType, asked: string | undefined, { json }: Options) => {
			const { name, trial } = await tryStored(terminal, slug, kind, asked);
			if (json) terminal.print(JSON.stringify(trial));
			else noteTrial(terminal, trial);
			if (trial.problem !== null)
				throw new CommandFailedError(`The ${kind} connection "${name}" of ${slug} cannot be used.`);
			if (!json) terminal.print(`The ${kind} connection "${name}" of ${slug} can be used.`);
		});

	addConnectionArguments(connection.command('enable'))
		.description(
			'Use it again: it was disabled, or left alone because the far side refused it. It is tried first.',
		)
		.option('--force', 'even when it cannot be used')
		.option('--json', 'print what was done as JSON')
		.action(
			async (slug: string, kind: IntegrationType, asked: string | undefined, { json, force }: Options) => {
				const { name, trial } = await tryStored(terminal, slug, kind, asked);
				if (!json) noteTrial(terminal, trial, force === true);
				assertUsable(trial, force);
				await onConnection(terminal, { slug, kind, name }, (tx, found) =>
					switchConnection(tx, found, 'active'),
				);
				done(
					terminal,
					json,
					{ kind, name, enabled: true, ...trial },
					`${slug} uses its ${kind} connection "${name}" again.`,
				);
			},
		);

	addConnectionArguments(connection.command('disable'))
		.description('Leave it alone from now on. Everything about it is kept.')
		.option('--json', 'print what was done as JSON')
		.action(async (slug: string, kind: IntegrationType, asked: string | undefined, { json }: Options) => {
			const name = await onConnection(terminal, { slug, kind, name: asked }, async (tx, found) => {
				await switchConnection(tx, found, 'inactive');
				return found.name;
			});
			done(
				terminal,
				json,
				{ kind, name, enabled: false },
				`${slug} no longer uses its ${kind} connection "${name}".`,
			);
		});

	addConnectionArguments(connection.command('remove'))
		.description('Remove it with its secret. Nothing is changed on the far side.')
		.option('--forget-workflows', 'also the workflows registered through it; they stay in n8n as they are')
		.option('--json', 'print what was done as JSON')
		.action(
			async (
				slug: string,
				kind: IntegrationType,
				asked: string | undefined,
				{ json, forgetWorkflows = false }: Options & { forgetWorkflows?: boolean },
			) => {
				const name = await onConnection(terminal, { slug, kind, name: asked }, async (tx, found) => {
					await removeConnection(tx, found, { forgetWorkflows });
					return found.name;
				});
				done(
					terminal,
					json,
					{ kind, name, removed: true },
					`${slug} no longer has the ${kind} connection "${name}".`,
				);
			},
		);
}

async function tryStored(
	terminal: Terminal,
	slug: string,
	kind: IntegrationType,
	name: string | undefined,
): Promise<{ name: string; trial: Trial }> {
	const { configuration, secret, ...connection } = await onConnection(
		terminal,
		{ slug, kind, name },
		async (tx, found) => ({ ...found, ...(await getConnection(tx, found)) }),
	);
	const opened = secret ? open(terminal, connection, secret) : undefined;
	return { name: connection.name, trial: await tryConnection(kind, configuration, opened) };
}

function open({ env }: Terminal, connection: ConnectionName, secret: SealedSecret): string {
	const key = env.LMA_ENCRYPTION_KEY?.trim();
	if (key) return decryptSecret(parseEncryptionKey(key), connection, secret);
	throw new LmaError(
		'ENCRYPTION_KEY_MISSING',
		'LMA_ENCRYPTION_KEY is not set, so the secret of the connection cannot be read',
		'Set it to the key of the worker.',
	);
}

function done(terminal: Terminal, json: boolean | undefined, result: object, sentence: string): void {
	terminal.print(json ? JSON.stringify(result) : sentence);
}
