import { Option, type Command } from 'commander';

import { ValidationError } from '../../domain/error/errors';
import { type IntegrationType, WEBHOOK_TYPES } from '../../domain/integration/integration';
import { addSecretOptions, readSecret, requireSecret, type SecretSource } from '../terminal/secretInput';
import type { Terminal } from '../terminal/terminal';
import { saveConnection, type SaveOptions } from './connection/saveConnection';

type ConnectOptions = SecretSource & SaveOptions;

interface N8nOptions {
	url: string;
	tag?: Clearable<string>;
	project?: Clearable<string>;
	credential?: Clearable<string[]>;
}

interface WebhookOptions {
	url: string;
	type?: string[];
	deduplicates?: boolean;
}

interface SmtpOptions {
	from?: Clearable<string>;
	replyTo?: Clearable<string>;
}

/** Of an option with a `--no-` beside it, which gives false. */
type Clearable<T> = T | false;

/** `lma org connect n8n|webhook|smtp`: registers what the worker talks to, under an organization. */
export function registerConnect(org: Command, terminal: Terminal): void {
	const connect = org
		.command('connect')
		.description('Connect an organization to n8n, a webhook or a mail server.');

	target(connect, 'n8n', 'Keep the workflows table in step with an n8n instance. The secret is its API key.')
		.requiredOption('--url <url>', 'address of n8n, such as http://localhost:5678')
		.option('--tag <name>', 'only workflows with this tag')
		.option('--no-tag', 'no longer so')
		.option('--project <id>', 'only workflows of this project in n8n, where new ones are made, too')
		.option('--no-project', 'no longer so')
		.option(
			'--credential <name=id...>',
			'which credential in n8n stands for a name in templates: "LMA=<id>", or "smtp:Outreach=<id>" for another type; beside those that are mapped, with an empty id to take one away. The id is the last part of the address of the opened credential',
		)
		.option('--no-credential', 'none is mapped any more')
		.action(async (slug: string, options: ConnectOptions & N8nOptions) => {
			const { url, tag, project, credential } = options;
			assertOneTag(tag);
			const credentials = credential === false ? null : credential && readMapping(credential);
			const secret = await requireSecret(options, terminal, 'API key of n8n');
			const changes = { baseUrl: url, tag: orNone(tag), projectId: orNone(project), credentials };
			await saveConnection(terminal, slug, { kind: 'n8n', changes, secret }, options);
		});

	target(
		connect,
		'webhook',
		'Send communications by POST to a webhook. The secret, if any, is its bearer token.',
	)
		.requiredOption('--url <url>', 'address that receives the communications')
		.addOption(
			new Option('--type <type...>', 'which communications are sent there (default: all but e-mail)').choices(
				WEBHOOK_TYPES,
			),
		)
		.option('--deduplicates', 'the receiver drops a second request with the same Idempotency-Key')
		.option('--no-deduplicates', 'it does not')
		.action(async (slug: string, options: ConnectOptions & WebhookOptions) => {
			const { url, type, deduplicates } = options;
			const secret = await readSecret(options, terminal);
			const changes = { url, communicationTypes: type, deduplicates };
			const standard = { communicationTypes: WEBHOOK_TYPES };
			await saveConnection(terminal, slug, { kind: 'webhook', changes, standard, secret }, options);
		});

	target(
		connect,
		'smtp',
		'Send e-mail through a mail server. The secret is its URL, smtp://user:password@host:587.',
	)
		.option('--from <sender>', 'sender, such as "Acme <outreach@acme.example>"')
		.option('--no-from', 'the sender that the URL gives')
		.option('--reply-to <address>', 'where replies go')
		.option('--no-reply-to', 'they go to the sender')
		.action(async (slug: string, options: ConnectOptions & SmtpOptions) => {
			const { from, replyTo } = options;
			const secret = await requireSecret(options, terminal, 'URL of the mail server');
			const changes = { from: orNone(from), replyTo: orNone(replyTo) };
			await saveConnection(terminal, slug, { kind: 'smtp', changes, secret }, options);
		});
}

/** n8n takes a comma for the end of a tag, so that one with a comma finds nothing. @throws ValidationError */
function assertOneTag(tag: Clearable<string> | undefined): void {
	if (typeof tag !== 'string' || !tag.includes(',')) return;
	throw new ValidationError(
		'tag',
		`--tag "${tag.slice(0, 60)}" has a comma`,
		'Give one tag, without a comma.',
	);
}

/** What an option says of a field: null takes it away, undefined leaves it as it is. */
function orNone<T>(value: Clearable<T> | undefined): T | null | undefined {
	return value === false ? null : value;
}

/** `LMA=abc`: the name is what stands before the last `=`, since an id has none. @throws ValidationError */
function readMapping(texts: string[]): Record<string, string> {
	const pairs = texts.map((text) => {
		const end = text.lastIndexOf('=');
		const [name, id] = [text.slice(0, end).trim(), text.slice(end + 1).trim()];
		if (end > 0 && name !== '') return [name, id] as const;
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
		.addHelpText(
			'after',
			'\nWithout --secret-file or --secret-env the secret is read from standard input.\nOf a connection that is there, what is not given stays as it is.',
		);
	return addSecretOptions(command);
}
