import type { OutgoingMessage } from '../../db/dispatch/startSending';
import type { Route } from '../../db/integration/integration';
import { decryptSecret, type EncryptionKey } from '../../db/integration/secret';
import { integrationConfigurations } from '../../domain/integration/integration';
import { codeOf } from '../../domain/error/errorCause';
import type { Log } from '../log';
import type { Contacts } from './contacts';
import type { EmailSender } from './email';
import { type MailServers, SMTP_URL } from './mailServers';
import type { Sender, SendOutcome, Turn } from './outcome';
import { postToWebhook } from './webhook';

export interface SenderOptions {
	/** `webhook` and `smtp` integrations of the organizations concerned, also those that are switched off. */
	integrations: Route[];
	/** For organizations without an SMTP integration that has a URL of its own. */
	smtpUrl?: string;
	encryptionKey?: EncryptionKey;
	email: EmailSender;
	mailServers: MailServers;
	contacts: Contacts;
	log: Log;
}

/** Chooses the way each message goes. Where several integrations fit, the oldest active one is taken. */
export function createSender(options: SenderOptions): Sender {
	return {
		async send(message, turn) {
			try {
				return message.communicationType === 'email'
					? await sendEmail(message, options, turn)
					: await sendByWebhook(message, options, turn);
			} catch (error) {
				// Whatever is thrown here was thrown before anything was sent: the senders do not throw.
				return { kind: 'not_sent', permanent: false, reason: reasonOf(error, message, options) };
			}
		},
	};
}

async function sendEmail(message: OutgoingMessage, options: SenderOptions, turn: Turn): Promise<SendOutcome> {
	const own = options.integrations.filter(
		(candidate) =>
			candidate.integrationType === 'smtp' && candidate.organizationId === message.organizationId,
	);
	const integration = own.find(({ isActive }) => isActive);
	if (!integration && own.length > 0) return { kind: 'connection_disabled' };
	const configuration = integrationConfigurations.smtp.safeParse(integration?.configuration ?? {});
	if (!configuration.success) return { kind: 'not_sent', permanent: false, reason: 'integration_unusable' };
	const ownUrl = integration && openSecret(integration, options);
	const smtpUrl = ownUrl ?? options.smtpUrl;
	if (!smtpUrl) {
		const error = 'set SMTP_URL, or save an SMTP integration';
		return { kind: 'not_sent', permanent: false, reason: 'no_smtp', error };
	}
	const outcome = await options.email.send(message, { ...configuration.data, smtpUrl }, turn);
	const setting = ownUrl ? `the SMTP integration "${integration.name}"` : SMTP_URL;
	options.mailServers.note({ smtpUrl, setting, organizationId: message.organizationId }, outcome);
	if (ownUrl) options.contacts.note(integration, outcome);
	return outcome;
}

async function sendByWebhook(
	message: OutgoingMessage,
	options: SenderOptions,
	turn: Turn,
): Promise<SendOutcome> {
	const type = message.communicationType;
	let isDisabled = false;
	for (const integration of options.integrations) {
		if (integration.integrationType !== 'webhook' || integration.organizationId !== message.organizationId)
			continue;
		const configuration = integrationConfigurations.webhook.safeParse(integration.configuration);
		if (!configuration.success || !configuration.data.communicationTypes.some((taken) => taken === type))
			continue;
		if (!integration.isActive) {
			isDisabled = true;
			continue;
		}
		const { url, deduplicates = false } = configuration.data;
		const route = { url, deduplicates, token: openSecret(integration, options) };
		const signal = turn.begin();
		const outcome: SendOutcome = signal ? await postToWebhook(message, route, signal) : { kind: 'not_begun' };
		options.contacts.note(integration, outcome);
		return outcome;
	}
	if (isDisabled) return { kind: 'connection_disabled' };
	// A call or a meeting is held by a person; without a webhook it was only to be noted.
	return type === 'call' || type === 'meeting'
		? { kind: 'left_to_person', reason: `no_webhook_for_${type}` }
		: { kind: 'not_sent', permanent: true, reason: `no_webhook_for_${type}` };
}

function reasonOf(error: unknown, { id }: OutgoingMessage, { log }: SenderOptions): string {
	switch (codeOf(error)) {
		case 'SECRET_UNREADABLE':
			return 'secret_unreadable';
		case 'ERR_INVALID_URL':
			return 'integration_unusable';
	}
	log.error({ err: error, communicationId: id }, 'a message could not be prepared');
	return 'sender_failed';
}

function openSecret(integration: Route, { encryptionKey, contacts }: SenderOptions): string | undefined {
	if (!integration.secret) return undefined;
	try {
		if (encryptionKey) return decryptSecret(encryptionKey, integration, integration.secret);
	} catch (error) {
		contacts.note(integration, UNREADABLE);
		throw error;
	}
	contacts.note(integration, UNREADABLE);
	throw Object.assign(new Error('LMA_ENCRYPTION_KEY is not set'), { code: 'SECRET_UNREADABLE' });
}

const UNREADABLE: SendOutcome = { kind: 'not_sent', permanent: false, reason: 'secret_unreadable' };
