import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod/v4';

import { backOffMs, parseRetryAfter } from '../domain/backOff';
import { textUpTo } from './boundedText';
import { errorOfStatus, N8nError, type RequestNature } from './n8nError';

/** How an n8n is reached, for every request of a client. */
export interface N8nRequestOptions {
	/** `https://n8n.example.com`, with its path prefix if it has one. */
	baseUrl: string;
	/** Who asks: an API key, or the cookie of a session. */
	headers?: Record<string, string>;
	/** Ends requests and waits. */
	signal?: AbortSignal;
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

/** One request to n8n. */
export interface N8nRequest<T> extends RequestNature {
	/** Default GET. */
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Begins with a slash; what may be a secret belongs in the body. */
	path: string;
	body?: object;
	schema: z.ZodType<T>;
	/** Asked twice, n8n does it twice. */
	isUnrepeatable?: boolean;
	/** What n8n says of a refusal is part of the error: where it is for whoever reads that. */
	showsReason?: boolean;
}

/** What n8n answered, and the cookies that it set. */
export interface N8nAnswer<T> {
	value: T;
	cookies: string[];
}

/**
 * Asks n8n, again after 429, 5xx, broken connections and half answers, no sooner than `Retry-After` says. Null for 404.
 * @throws N8nError when n8n refuses, or still fails after the last try
 */
export async function request<T>(
	options: N8nRequestOptions,
	asked: N8nRequest<T>,
): Promise<N8nAnswer<T> | null> {
	const attempts = options.attempts ?? 5;
	for (let attempt = 1; ; attempt++) {
		const outcome = await requestOnce(options, asked);
		if (!('error' in outcome)) return outcome.answer;
		const { error, retryAfterSeconds = 0 } = outcome;
		options.signal?.throwIfAborted();
		const isRepeatable = error.isTransient && !(asked.isUnrepeatable && error.mayHaveActed);
		if (!isRepeatable || attempt >= attempts) throw error;
		const firstMs = options.firstDelayMs ?? 500;
		const delayMs = backOffMs({ failures: attempt, firstMs, longestMs: Infinity, random: Math.random() });
		const waitMs = Math.max(delayMs, retryAfterSeconds * 1_000);
		if (waitMs > LONGEST_WAIT_MS) throw error;
		await sleep(waitMs, undefined, options.signal && { signal: options.signal });
	}
}

/** As `request`, for what has to be there: errors name the call by its method and path, and say what n8n says. */
export async function found<T>(
	options: N8nRequestOptions,
	asked: Omit<N8nRequest<T>, 'what' | 'showsReason'>,
): Promise<N8nAnswer<T>> {
	const what = `${asked.method ?? 'GET'} ${asked.path}`;
	const answer = await request(options, { ...asked, what, showsReason: true });
	if (answer) return answer;
	throw new N8nError('rejected', `n8n answered 404 to ${what}: there is no such thing in this n8n`, 404);
}

type Outcome<T> = { answer: N8nAnswer<T> | null } | { error: N8nError; retryAfterSeconds?: number };

async function requestOnce<T>(options: N8nRequestOptions, asked: N8nRequest<T>): Promise<Outcome<T>> {
	const { baseUrl, headers, signal, requestTimeoutMs = 30_000 } = options;
	const { method = 'GET', path, body, what } = asked;
	const timeout = AbortSignal.timeout(requestTimeoutMs);
	try {
		const response = await fetch(`${baseUrl.replace(/\/+$/, '')}${path}`, {
			method,
			headers: {
				accept: 'application/json',
				...(body && { 'content-type': 'application/json' }),
				...headers,
			},
			...(body && { body: JSON.stringify(body) }),
			// A redirect could carry the key elsewhere.
			redirect: 'manual',
			signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
		});
		if (response.ok) {
			const text = await textUpTo(response, LONGEST_ANSWER_BYTES);
			if (text !== null) return understand(text, asked, response.headers.getSetCookie());
			return { error: new N8nError('malformed', `n8n's answer to ${what} is longer than 128 MiB`) };
		}
		const reason = await reasonOf(response, asked.showsReason ?? false);
		if (response.status === 404) return { answer: null };
		const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
		const error =
			errorOfStatus(response.status, asked, reason) ??
			new N8nError('rejected', `n8n answered ${response.status} to ${what}`, response.status);
		return { error, retryAfterSeconds };
	} catch (error) {
		const { cause, name } = error as { cause?: { code?: string }; name?: string };
		const code = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? name ?? 'unknown');
		const message = `n8n cannot be reached: no answer from ${shownUrl(baseUrl)} (${code})`;
		return { error: new N8nError('unreachable', message, undefined, NEVER_SENT.has(code), undefined, error) };
	}
}

/** The address without a user and a password that somebody may have put there. */
function shownUrl(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return 'its URL';
	const { origin, pathname } = new URL(baseUrl);
	return `${origin}${pathname}`.replace(/\/+$/, '');
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

function understand<T>(text: string, { what, schema }: N8nRequest<T>, cookies: string[]): Outcome<T> {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		const message = `n8n answered something unexpected to ${what}: the answer is not JSON, or not all of it came`;
		return { error: new N8nError('malformed', message) };
	}
	const parsed = schema.safeParse(body);
	if (parsed.success) return { answer: { value: parsed.data, cookies } };
	const field = parsed.error.issues[0]?.path.join('.') ?? '';
	return {
		error: new N8nError(
			'rejected',
			`n8n's answer to ${what} has an unexpected "${field}"; is this n8n 2?`,
			200,
		),
	};
}
