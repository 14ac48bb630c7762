import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod/v4';
import { textUpTo } from '../boundedText';
import { parseRetryAfter } from '../dispatch/backoff';
import { remoteWorkflowSchema, workflowPageSchema, type N8nWorkflow, type WorkflowPage } from './answer';
import { errorOfStatus, N8nError } from './n8nError';

/** The most that n8n gives; more is silently clamped. */
export const PAGE_SIZE = 250;

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

export interface N8nClient {
	/** Page after page, the next one being fetched while the caller works on one. */
	pages(): AsyncGenerator<WorkflowPage>;
	/** Null when n8n answers 404. */
	workflow(id: string): Promise<N8nWorkflow | null>;
}

const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWER_BYTES = 128 * 2 ** 20;

/**
 * Reads workflows over n8n's public API. Repeats after 429, 5xx, broken connections and half answers, no sooner than
 * `Retry-After` says.
 * @throws N8nError (from the calls) when the instance refuses, or still fails after the last try.
 */
export function createN8nClient(options: N8nClientOptions): N8nClient {
	const root = options.baseUrl.replace(/\/+$/, '');
	const list = (cursor: string | undefined) => {
		const query = new URLSearchParams({ limit: String(PAGE_SIZE), excludePinnedData: 'true' });
		if (options.tag) query.set('tags', options.tag);
		if (cursor) query.set('cursor', cursor);
		return request(
			options,
			`${root}/api/v1/workflows?${query.toString()}`,
			'the list of workflows',
			workflowPageSchema,
		);
	};
	return {
		async *pages() {
			let next: Promise<WorkflowPage | null> | undefined = list(undefined);
			while (next) {
				const page: WorkflowPage | null = await next;
				if (!page)
					throw new N8nError('rejected', 'n8n answered 404 to the list of workflows: is the URL right?', 404);
				next = page.nextCursor ? list(page.nextCursor) : undefined;
				// Whoever stops early must not be ended by a request nobody waits for.
				next?.catch(() => undefined);
				yield page;
			}
		},
		workflow: (id) =>
			request(
				options,
				`${root}/api/v1/workflows/${encodeURIComponent(id)}`,
				'a workflow',
				remoteWorkflowSchema,
			),
	};
}

async function request<T>(
	options: N8nClientOptions,
	url: string,
	what: string,
	schema: z.ZodType<T>,
): Promise<T | null> {
	const attempts = options.attempts ?? 5;
	for (let attempt = 1; ; attempt++) {
		const { error, value, retryAfterSeconds = 0 } = await requestOnce(options, url, what, schema);
		if (!error) return value ?? null;
		options.signal.throwIfAborted();
		if (!error.isTransient || attempt >= attempts) throw error;
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
	{ apiKey, signal, requestTimeoutMs = 30_000 }: N8nClientOptions,
	url: string,
	what: string,
	schema: z.ZodType<T>,
): Promise<Answer<T>> {
	try {
		const response = await fetch(url, {
			headers: { 'x-n8n-api-key': apiKey, accept: 'application/json' },
			// A redirect could carry the key elsewhere.
			redirect: 'manual',
			signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
		});
		if (response.ok) {
			const text = await textUpTo(response, LONGEST_ANSWER_BYTES);
			if (text !== null) return understand(text, what, schema);
			return { error: new N8nError('rejected', `n8n's answer to ${what} is longer than 128 MiB`) };
		}
		await response.body?.cancel().catch(() => undefined);
		if (response.status === 404) return { value: null };
		const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'), Date.now());
		return { error: errorOfStatus(response.status, what), retryAfterSeconds };
	} catch (error) {
		const { cause, name } = error as { cause?: { code?: string }; name?: string };
		const code = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? name ?? 'unknown');
		return { error: new N8nError('unreachable', `n8n cannot be reached (${code})`) };
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
		error: new N8nError('rejected', `n8n's answer to ${what} has an unexpected "${field}"; is this n8n 2?`),
	};
}
