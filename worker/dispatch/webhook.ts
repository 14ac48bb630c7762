import type { OutgoingMessage } from '../../db/dispatch/startSending';
import { parseRetryAfter } from '../../domain/backOff';
import { textUpTo } from '../../n8n/boundedText';
import type { SendOutcome } from './outcome';

/** Where an organization's webhook takes messages. */
export interface WebhookRoute {
	url: string;
	/** Sent as `Authorization: Bearer …`. */
	token?: string;
	deduplicates: boolean;
}

const LONGEST_ANSWER_BYTES = 65_536;

/**
 * Posts one message as JSON, with the key in `Idempotency-Key`. 2xx is sent; 404 (an n8n webhook that is not
 * registered yet), 408, 425, 429, 503 and a refused login are tried again; other 3xx and 4xx never; after any other
 * answer, or none, it may have been sent.
 */
export async function postToWebhook(
	message: OutgoingMessage,
	{ url, token, deduplicates }: WebhookRoute,
	signal: AbortSignal,
): Promise<SendOutcome> {
	let response: Response;
	try {
		response = await fetch(url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'idempotency-key': message.idempotencyKey,
				...(token && { authorization: `Bearer ${token}` }),
			},
			body: JSON.stringify(bodyOf(message)),
			// A redirect could carry the token elsewhere.
			redirect: 'manual',
			signal,
		});
	} catch (error) {
		return classifyFailure(error, deduplicates);
	}
	const providerId = response.ok ? await readProviderId(response) : undefined;
	if (!response.ok) await response.body?.cancel().catch(() => undefined);
	return classifyStatus(response, deduplicates, providerId);
}

function bodyOf(message: OutgoingMessage) {
	return {
		idempotencyKey: message.idempotencyKey,
		communicationId: message.id,
		leadId: message.lead.id,
		organization: message.organization.slug,
		communicationType: message.communicationType,
		subject: message.subject,
		content: message.content,
		lead: message.lead,
	};
}

function classifyStatus(
	response: Response,
	deduplicates: boolean,
	providerId: string | undefined,
): SendOutcome {
	const { status } = response;
	if (response.ok) return { kind: 'sent', providerId };
	const reason = `webhook_${status}`;
	const error = `the webhook answered ${status}`;
	if ([401, 403, 404, 408, 425, 429, 503].includes(status)) {
		const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
		return { kind: 'not_sent', permanent: false, reason, error, retryAfterSeconds };
	}
	if (status < 500) return { kind: 'not_sent', permanent: true, reason, error };
	return { kind: 'unknown', reason, error, deduplicates };
}

// Codes that mean the request never left this machine.
const NEVER_SENT =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_|ERR_SSL_|ERR_INVALID_URL)/;

function classifyFailure(error: unknown, deduplicates: boolean): SendOutcome {
	const { cause, name } = (error ?? {}) as {
		cause?: { code?: string; errors?: { code?: string }[] };
		name?: string;
	};
	const code = cause?.code ?? cause?.errors?.[0]?.code ?? name ?? 'unknown';
	if (NEVER_SENT.test(code))
		return { kind: 'not_sent', permanent: false, reason: 'webhook_unreachable', error: code };
	const timedOut = name === 'TimeoutError' || name === 'AbortError';
	return {
		kind: 'unknown',
		reason: timedOut ? 'webhook_timeout' : 'webhook_connection_lost',
		error: code,
		deduplicates,
	};
}

/** `providerId`, `messageId` or `id` of a JSON answer, for whoever follows the message up. */
async function readProviderId(response: Response): Promise<string | undefined> {
	try {
		const answer: unknown = JSON.parse((await textUpTo(response, LONGEST_ANSWER_BYTES)) ?? 'null');
		if (typeof answer !== 'object' || answer === null) return undefined;
		const { providerId, messageId, id } = answer as Record<string, unknown>;
		const found = providerId ?? messageId ?? id;
		return typeof found === 'string' || typeof found === 'number' ? storable(String(found)) : undefined;
	} catch {
		return undefined;
	}
}

// PostgreSQL takes no NUL and no half characters.
function storable(text: string): string {
	return text.replaceAll('\0', '').slice(0, 200).toWellFormed();
}
