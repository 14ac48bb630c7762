import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod/v4';

import { parseRetryAfter } from '../../domain/backOff';
import { textUpTo } from '../boundedText';
import { errorOfStatus, N8nError, type RequestNature } from './n8nError';

export interface N8nClientOptions {
	/** `https://n8n.example.com`, with its path prefix if it has one. */
	baseUrl: string;
	apiKey: string;
	/** Only workflows with this tag. */
	tag?: string;
	/** Ends requests and waits. */
	signal: AbortSignal;
	/** Time-box of one request. Default 30,000. */
	requestTimeoutMs?: number;
	/** Tries of one request. Default 5. */
	attempts?: number;
	/** Wait before the second try; it doubles. Default 500. */
	firstDelayMs?: number;
}

const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWER_BYTES = 128 * 2 ** 20;
const LONGEST_REFUSAL_BYTES = 64 * 2 ** 10;
const LONGEST_REASON = 300;
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** One request to n8n's workflows. */
export interface Request<T> extends RequestNature {
	method?: 'GET' | 'POST' | 'PUT';
	path: string;
	body?: object;
	schema: z.ZodType<T>;
	/** Asked twice, n8n does it twice. */
	isUnrepeatable?: boolean;
}

/**
 * Asks n8n, again after 429, 5xx, broken connections and half answers, no sooner than `Retry-After` says. Null for 404.
 * @throws N8nError when n8n refuses, or still fails after the last try
 */
export async function request<T>(options: N8nClientOptions, asked: Request<T>): Promise<T | null> {
	const attempts = options.attempts ?? 5;
	for (let attempt = 1; ; attempt++) {
		const { error, value, retryAfterSeconds = 0 } = await requestOnce(options, asked);
		if (!error) return value ?? null;
		options.signal.throwIfAborted();
		const isRepeatable = error.isTransient && !(asked.isUnrepeatable && error.mayHaveActed);
		if (!isRepeatable || attempt >= attempts) throw error;
		const backoffMs = (options.firstDelayMs ?? 500) * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
		const waitMs = Math.max(backoffMs, retryAfterSeconds * 1_000);
		if (waitMs > LONGEST_WAIT_MS) throw error;
		await sleep(waitMs, undefined, { signal: options.signal });
	}
}

interface Answer<T> {
	error?: N8nError;
	value?: T | null;
	retryAfterSeconds?: number;
}

async function requestOnce<T>(
	{ baseUrl, apiKey, signal, requestTimeoutMs = 30_000 }: N8nClientOptions,
	asked: Request<T>,
): Promise<Answer<T>> {
	const { method = 'GET', path, body, what, schema } = asked;
	try {
		const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/api/v1/workflows${path}`, {
			method,
			headers: {
				'x-n8n-api-key': apiKey,
				accept: 'application/json',
				...(body && { 'content-type': 'application/json' }),
			},
			...(body && { body: JSON.stringify(body) }),
			// A redirect could carry the key elsewhere.
			redirect: 'manual',
			signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
		});
		if (response.ok) {
			const text = await textUpTo(response, LONGEST_ANSWER_BYTES);
			if (text !== null) return understand(text, what, schema);
			return { error: new N8nError('malformed', `n8n's answer to ${what} is longer than 128 MiB`) };
		}
		const reason = await reasonOf(response, method !== 'GET');
		if (response.status === 404) return { value: null };
		const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
		return { error: errorOfStatus(response.status, asked, reason), retryAfterSeconds };
	} catch (error) {
		const { cause, name } = error as { cause?: { code?: string }; name?: string };
		const code = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? name ?? 'unknown');
		const wasNeverSent = NEVER_SENT.has(code);
		return {
			error: new N8nError('unreachable', `n8n cannot be reached (${code})`, undefined, wasNeverSent),
		};
	}
}

/** What n8n says of a write that it refuses, in one line; undefined when it says nothing that can be used. */
async function reasonOf(response: Response, isWanted: boolean): Promise<string | undefined> {
	if (!isWanted) {
		await response.body?.cancel().catch(() => undefined);
		return undefined;
	}
	const text = await textUpTo(response, LONGEST_REFUSAL_BYTES).catch(() => null);
	try {
		const { message } = JSON.parse(text ?? '') as { message?: unknown };
		if (typeof message !== 'string') return undefined;
		const line = message.replaceAll(/\s+/g, ' ').replaceAll('\0', '').trim();
		return line.slice(0, LONGEST_REASON).toWellFormed() || undefined;
	} catch {
		return undefined;
	}
}

function understand<T>(text: string, what: string, schema: z.ZodType<T>): Answer<T> {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return { error: new N8nError('malformed', `n8n's answer to ${what} is not whole`) };
	}
	const parsed = schema.safeParse(body);
	if (parsed.success) return { value: parsed.data };
	const field = parsed.error.issues[0]?.path.join('.') ?? '';
	return {
		error: new N8nError(
			'rejected',
			`n8n's answer to ${what} has an unexpected "${field}"; is this n8n 2?`,
			200,
		),
	};
}
