import type { OutgoingMessage } from '../../db/dispatch/startSending';
import { parseRetryAfter } from '../../domain/backOff';
import { readField } from '../../domain/error/errorCause';
import { readFetchFailure } from '../../domain/error/fetchFailure';
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
 * registered yet), 408, 425, 429, 503 and a refused login are tried again; other 3xx and 4xx never, and 501, with which a
 * workflow says that it has no provider yet; after any other answer, or none, it may have been sent.
 */
export async function postToWebhook(
	message: OutgoingMessage,
	{ url, token, deduplicates }: WebhookRoute,
	signal: AbortSignal,
): Promise<SendOutcome> {
	const request = requestOf(message, { url, token }, signal);
	if (!request) return UNUSABLE;
	let response: Response;
	try {
		response = await fetch(request);
	} catch (error) {
		return classifyFailure(error, deduplicates);
	}
	const providerId = response.ok ? await readProviderId(response) : undefined;
	if (!response.ok) await response.body?.cancel().catch(() => undefined);
	return classifyStatus(response, deduplicates, providerId);
}

const UNUSABLE: SendOutcome = {
	kind: 'not_sent',
	permanent: false,
	reason: 'integration_unusable',
	error: 'no request can be made with its URL or its token: save the integration again',
};

/** Undefined when the URL holds a password, or the token a line break: both repeat it in what they throw. */
function requestOf(
	message: OutgoingMessage,
	{ url, token }: Pick<WebhookRoute, 'url' | 'token'>,
	signal: AbortSignal,
): Request | undefined {
	const body = JSON.stringify(bodyOf(message));
	try {
		return new Request(url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				'idempotency-key': message.idempotencyKey,
				...(token && { authorization: `Bearer ${token}` }),
			},
			body,
			// A redirect could carry the token elsewhere.
			redirect: 'manual',
			signal,
		});
	} catch {
		return undefined;
	}
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
	if (status < 500 || status === 501) return { kind: 'not_sent', permanent: true, reason, error };
	return { kind: 'unknown', reason, error, deduplicates };
}

function classifyFailure(error: unknown, deduplicates: boolean): SendOutcome {
	const { code, wasNeverSent } = readFetchFailure(error);
	if (wasNeverSent) return { kind: 'not_sent', permanent: false, reason: 'webhook_unreachable', error: code };
	const name = readField(error, 'name');
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
