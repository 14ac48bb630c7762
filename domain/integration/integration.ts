import { z } from 'zod/v4';

import { COMMUNICATION_TYPES } from '../communication/communication';

export const INTEGRATION_TYPES = ['n8n', 'webhook', 'smtp'] as const;
export type IntegrationType = (typeof INTEGRATION_TYPES)[number];

const httpUrl = z
	.string({ error: 'is missing' })
	.transform((text) => text.trim())
	.pipe(
		z.url({ protocol: /^https?$/, error: 'should be an http or https URL, such as https://n8n.example.com' }),
	)
	// Requests with such a URL are refused before they are sent.
	.refine((text) => !hasLogin(text), 'should be without a user and a password');

function hasLogin(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const { username, password } = new URL(text);
	return username !== '' || password !== '';
}

/** An address that paths are added to. */
const baseUrl = httpUrl.refine((text) => !/[?#]/.test(text), 'should end before ? and #');

/** What goes out by webhook; e-mail has a way of its own. */
export const WEBHOOK_TYPES = COMMUNICATION_TYPES.filter((type) => type !== 'email');

/** What `integrations.configuration` holds for each type. Nothing in it is secret. */
const mailbox = z
	.string()
	.trim()
	.regex(/^([^<>]*<[^\s@<>,;]+@[^\s@<>,;]+>|[^\s@<>,;]+@[^\s@<>,;]+)$/, {
		error: 'should be an address such as outreach@acme.example or "Acme <outreach@acme.example>"',
	});

export const integrationConfigurations = {
	n8n: z.object({
		baseUrl,
		/** Only workflows with this tag are pulled. */
		tag: z.string().min(1).optional(),
		/** Only those of this project, in which new ones are made, too. */
		projectId: z.string().min(1).optional(),
		/** See `CredentialMapping`. */
		credentials: z.record(z.string().min(1).max(300), z.string().min(1).max(100)).optional(),
	}),
	webhook: z.object({
		url: httpUrl,
		communicationTypes: z.array(z.enum(WEBHOOK_TYPES)).min(1),
		/** The receiver drops a second request with the same `Idempotency-Key`: unknown outcomes may be sent again. */
		deduplicates: z.boolean().optional(),
	}),
	/** `from` as in a mail header: `Acme <outreach@acme.example>`. */
	smtp: z.object({ from: mailbox.optional(), replyTo: mailbox.optional() }),
};
