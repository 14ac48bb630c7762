import { Option, type Command } from 'commander';

import type { Sql } from '../../db/connection/client';
import { asOwner } from '../../db/connection/owner';
import { findSameInstance } from '../../db/integration/connection';
import { checkIntegration, type NewIntegration, saveIntegration } from '../../db/integration/integration';
import { assertApart } from '../../db/integration/n8nView';
import { type EncryptionKey, parseEncryptionKey } from '../../db/integration/secret';
import { findKeyMismatch } from '../../db/integration/workerKey';
import { ConflictError, ValidationError } from '../../domain/error/errors';
import {
	integrationConfigurations,
	type IntegrationType,
	WEBHOOK_TYPES,
} from '../../domain/integration/integration';
import { withOwner } from '../database';
import { addSecretOptions, readSecret, requireSecret, type SecretSource } from '../terminal/secretInput';
import type { Terminal } from '../terminal/terminal';
import { unusable } from './connection/trial';
import { assertUsable, noteTrial, tryConnection } from './connection/tryConnection';
import { getOrganization } from './getOrganization';

interface ConnectOptions extends SecretSource {
	name: string;
	force?: boolean;
	json?: boolean;
}

interface N8nOptions {
	url: string;
	tag?: string;
	project?: string;
	credential?: string[];
}

/** `lma org connect n8n|webhook|smtp`: registers what the worker talks to, under an organization. */
export function registerConnect(org: Command, terminal: Terminal): void {
	const connect = org
		.command('connect')
		.description('Connect an organization to n8n, a webhook or a mail server.');

	target(connect, 'n8n', 'Keep the workflows table in step with an n8n instance. The secret is its API key.')
		.requiredOption('--url <url>', 'address of n8n, such as http://localhost:5678')
		.option('--tag <name>', 'only workflows with this tag')
		.option('--project <id>', 'only workflows of this project in n8n, where new ones are made, too')
		.option(
			'--credential <name=id...>',
			'which credential in n8n stands for a name in templates: "LMA=<id>", or "smtp:Outreach=<id>" for another type; all of them at once, or none to leave them as they are',
		)
		.action(
			async (slug: string, { url, tag, project, credential, ...options }: ConnectOptions & N8nOptions) => {
				const credentials = credential && readMapping(credential);
				const secret = await requireSecret(options, terminal, 'API key of n8n');
				const configuration = { baseUrl: url, tag, projectId: project, credentials };
				await save(terminal, slug, 'n8n', options, configuration, secret);
			},
		);

	target(
		connect,
		'webhook',
		'Send communications by POST to a webhook. The secret, if any, is its bearer token.',
	)
		.requiredOption('--url <url>', 'address that receives the communications')
		.addOption(
			new Option('--type <type...>', 'which communications are sent there')
				.choices(WEBHOOK_TYPES)
				.default([...WEBHOOK_TYPES]),
		)
		.option('--deduplicates', 'the receiver drops a second request with the same Idempotency-Key')
		.action(
			async (
				slug: string,
				{
					url,
					type,
					deduplicates,
					...options
				}: ConnectOptions & { url: string; type: string[]; deduplicates?: boolean },
			) => {
				const secret = await readSecret(options, terminal);
				const configuration = { url, communicationTypes: type, deduplicates };
				await save(terminal, slug, 'webhook', options, configuration, secret);
			},
		);

	target(
		connect,
		'smtp',
		'Send e-mail through a mail server. The secret is its URL, smtp://user:password@host:587.',
	)
		.option('--from <sender>', 'sender, such as "Acme <outreach@acme.example>"')
		.option('--reply-to <address>', 'where replies go')
		.action(
			async (
				slug: string,
				{ from, replyTo, ...options }: ConnectOptions & { from?: string; replyTo?: string },
			) => {
				const secret = await requireSecret(options, terminal, 'URL of the mail server');
				await save(terminal, slug, 'smtp', options, { from, replyTo }, secret);
			},
		);
}

/** `LMA=abc`: the name is what stands before the last `=`, since an id has none. @throws ValidationError */
function readMapping(texts: string[]): Record<string, string> {
	const pairs = texts.map((text) => {
		const end = text.lastIndexOf('=');
		const [name, id] = [text.slice(0, end).trim(), text.slice(end + 1).trim()];
		if (end > 0 && name !== '' && id !== '') return [name, id] as const;
		throw new ValidationError(
			'credential',
			`--credential "${text.slice(0, 60)}" is not a name and an id`,
			'Write it as "LMA=<id>", with the id of the credential in n8n: it is in its address there.',
		);
	});
	return Object.fromEntries(pairs);
}

function target(connect: Command, type: IntegrationType, description: string): Command {
	const command = connect
		.command(type)
		.description(description)
		.argument('<slug>', 'the organization')
		.option(
			'--name <name>',
			'name to tell several of a kind apart; an existing one with this name is updated',
			'default',
		)
		.option('--force', 'save it even when the far side cannot be reached or refuses it')
		.option('--json', 'print what was found and the id as JSON')
		.addHelpText('after', '\nWithout --secret-file or --secret-env the secret is read from standard input.');
	return addSecretOptions(command);
}

async function save(
	terminal: Terminal,
	slug: string,
	integrationType: IntegrationType,
	{ name, force, json }: ConnectOptions,
	configuration: unknown,
	secret: string | undefined,
): Promise<void> {
	const keyText = terminal.env.LMA_ENCRYPTION_KEY?.trim();
	const key = keyText ? parseEncryptionKey(keyText) : undefined;
	const input = { integrationType, name, configuration, secret };
	checkIntegration(input, key);
	const objection = await withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			return objectionTo(tx, key, { ...input, organizationId });
		}),
	);
	const trial =
		objection === null ? await tryConnection(integrationType, configuration, secret) : unusable(objection);
	if (!json) noteTrial(terminal, trial);
	assertUsable(trial, force);
	const saved = await withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => {
			const { id: organizationId } = await getOrganization(tx, slug);
			return saveIntegration(tx, key, { ...input, organizationId });
		}),
	);
	terminal.print(
		json
			? JSON.stringify({ ...saved, ...trial })
			: `Connection ${integrationType} "${name}" of ${slug} ${saved.action}, id ${saved.id}.`,
	);
}

/**
 * What speaks against a connection before anybody is contacted; null when nothing does.
 * @throws ConflictError when the same n8n is connected under another name, or by another organization that it would not stand apart from
 */
async function objectionTo(
	tx: Sql,
	key: EncryptionKey | undefined,
	{ integrationType, organizationId, name, configuration, secret }: NewIntegration,
): Promise<string | null> {
	if (integrationType === 'n8n') {
		const known = integrationConfigurations.n8n.parse(configuration);
		const same = await findSameInstance(tx, { organizationId, name }, known.baseUrl);
		if (same !== null) {
			throw new ConflictError(
				`This n8n is connected already, as "${same}"`,
				`Add --name ${JSON.stringify(same)} to change that connection, or remove it first.`,
			);
		}
		await assertApart(tx, organizationId, known);
	}
	const mismatch = key && secret !== undefined ? await findKeyMismatch(tx, key.id) : null;
	return mismatch?.sentences ?? null;
}
