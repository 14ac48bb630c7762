import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod/v4';

import { backOffMs, parseRetryAfter } from '../domain/backOff';
import { readFetchFailure } from '../domain/error/fetchFailure';
import { isHeaderToken } from '../domain/integration/headerToken';
import { textUpTo } from './boundedText';
import { N8nError } from './n8nError';
import { drop, refusalOf, type RequestNature } from './refusal';
import { remedyFor, remedyForPath } from './unreachable';

/** How an n8n is reached, for every request of a client. */
export interface N8nRequestOptions {
	/** `https://n8n.example.com`, with its path prefix if it has one. */
	baseUrl: string;
	/** Who asks. Without one, it is whoever `headers` stand for. */
	apiKey?: string;
	/** The cookie of a session and what belongs to it. */
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

/** One request to n8n. */
export interface N8nRequest<T> extends Pick<RequestNature, 'what' | 'scope'> {
	/** Default GET. What n8n says of a refusal is part of the error for all others. */
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Begins with a slash; what may be a secret belongs in the body. */
	path: string;
	body?: object;
	schema: z.ZodType<T>;
	/** Asked twice, n8n does it twice. */
	isUnrepeatable?: boolean;
	/** The answer is a text, and no JSON. */
	isText?: boolean;
}

/** What n8n answered, and the cookies that it set. */
export interface N8nAnswer<T> {
	value: T;
	cookies: string[];
}

/**
 * Asks n8n, again after 429, 5xx, broken connections and half answers, no sooner than `Retry-After` says. Null for 404.
 * @throws N8nError when n8n refuses, still fails after the last try, or cannot be asked at all
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
		const isRepeatable = error.traits.canRetry && !(asked.isUnrepeatable && error.mayHaveActed);
		if (!isRepeatable || attempt >= attempts) throw error;
		const firstMs = options.firstDelayMs ?? 500;
		const delayMs = backOffMs({ failures: attempt, firstMs, longestMs: Infinity, random: Math.random() });
		const waitMs = Math.max(delayMs, retryAfterSeconds * 1_000);
		if (waitMs > LONGEST_WAIT_MS) throw error;
		await sleep(waitMs, undefined, options.signal && { signal: options.signal });
	}
}

/** As `request`, for what has to be there. @param hint what a 404 may come from */
export async function found<T>(
	options: N8nRequestOptions,
	asked: N8nRequest<T>,
	hint = 'is the URL right?',
): Promise<N8nAnswer<T>> {
	const answer = await request(options, asked);
	if (answer) return answer;
	const message = `n8n answered 404 to ${asked.what}: ${hint}`;
	const remedy = hint === NO_SUCH_THING ? '' : remedyForPath(options.baseUrl);
	throw new N8nError('rejected', message, { call: callOf(asked), status: 404, remedy });
}

/** The hint for what is asked for by its id. */
export const NO_SUCH_THING = 'there is no such thing in this n8n';

/** Method and path of a request without its query. */
export function callOf({ method = 'GET', path }: Pick<N8nRequest<unknown>, 'method' | 'path'>): string {
	return `${method} ${path.replace(/\?.*/, '')}`;
}

type Outcome<T> = { answer: N8nAnswer<T> | null } | { error: N8nError; retryAfterSeconds?: number };

async function requestOnce<T>(options: N8nRequestOptions, asked: N8nRequest<T>): Promise<Outcome<T>> {
	const { baseUrl, apiKey } = options;
	const { method = 'GET', what, scope } = asked;
	const call = callOf(asked);
	const sent = requestOf(options, asked);
	let response: Response;
	let text: string | null = null;
	try {
		response = await fetch(sent);
		if (response.ok) text = await textUpTo(response, LONGEST_ANSWER_BYTES);
	} catch (error) {
		const { code, wasNeverSent } = readFetchFailure(error);
		const reason = code === 'TimeoutError' ? 'no answer in time' : code;
		const message = `n8n cannot be reached: no answer from ${shownUrl(baseUrl)} (${reason})`;
		const details = { call, wasNeverSent, cause: error, remedy: remedyFor(code) };
		return { error: new N8nError('unreachable', message, details) };
	}
	if (response.ok) {
		if (text !== null) return understand(text, asked, response.headers.getSetCookie());
		return { error: new N8nError('malformed', `n8n's answer to ${what} is longer than 128 MiB`, { call }) };
	}
	if (response.status === 404) {
		await drop(response);
		return { answer: null };
	}
	const nature = { what, call, scope, hasKey: apiKey !== undefined, isWrite: method !== 'GET' };
	const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
	return { error: await refusalOf(response, nature), retryAfterSeconds };
}

/** Made apart from `fetch`: what is thrown here repeats the key or the URL, and does not heal by itself. @throws N8nError */
function requestOf(options: N8nRequestOptions, asked: N8nRequest<unknown>): Request {
	const { baseUrl, apiKey, headers, signal, requestTimeoutMs = 30_000 } = options;
	const { method = 'GET', path, body, isText = false } = asked;
	const details = { call: callOf(asked), wasNeverSent: true };
	if (apiKey !== undefined && !isHeaderToken(apiKey)) {
		const message =
			'The API key of n8n cannot be sent: it is empty, or holds a line break, a space or a character outside ASCII';
		throw new N8nError('unauthorized', message, details);
	}
	const timeout = AbortSignal.timeout(requestTimeoutMs);
	try {
		return new Request(`${baseUrl.replace(/\/+$/, '')}${path}`, {
			method,
			headers: {
				accept: isText ? '*/*' : 'application/json',
				...(body && { 'content-type': 'application/json' }),
				...(apiKey !== undefined && { 'x-n8n-api-key': apiKey }),
				...headers,
			},
			...(body && { body: JSON.stringify(body) }),
			// A redirect could carry the key elsewhere.
			redirect: 'manual',
			signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
		});
	} catch {
		const message = `n8n cannot be asked at ${shownUrl(baseUrl)}: is the URL right, and without a password?`;
		throw new N8nError('rejected', message, details);
	}
}

/** The address without a user and a password that somebody may have put there. */
function shownUrl(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return 'its URL';
	const { origin, pathname } = new URL(baseUrl);
	return `${origin}${pathname}`.replace(/\/+$/, '');
}

function understand<T>(text: string, asked: N8nRequest<T>, cookies: string[]): Outcome<T> {
	const { what, schema } = asked;
	const call = callOf(asked);
	let body: unknown;
	try {
		body = asked.isText ? text : JSON.parse(text);
	} catch {
		const message = `n8n answered something unexpected to ${what}: the answer is not JSON, or not all of it came`;
		return { error: new N8nError('malformed', message, { call }) };
	}
	const parsed = schema.safeParse(body);
	if (parsed.success) return { answer: { value: parsed.data, cookies } };
	const field = parsed.error.issues[0]?.path.join('.');
	const unexpected = field ? `an unexpected "${field}"` : 'an unexpected shape';
	const message = `n8n's answer to ${what} has ${unexpected}; is this n8n 2?`;
	return { error: new N8nError('rejected', message, { call, status: 200 }) };
}
