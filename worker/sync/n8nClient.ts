import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod/v4';
import { textUpTo } from '../boundedText';
import { parseRetryAfter } from '../dispatch/backoff';
import { remoteWorkflowSchema, workflowPageSchema, type N8nWorkflow, type WorkflowPage } from './answer';
import { errorOfStatus, N8nError, type RequestNature } from './n8nError';
import type { WorkflowDraft } from './draft';

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
	/**
	 * Page after page, the next one being fetched while the caller works on one. Of the tag in the options, unless
	 * `everything` is asked for; with `name`, those whose name holds it.
	 */
	pages(choice?: { everything?: boolean; name?: string }): AsyncGenerator<WorkflowPage>;
	/** Null when n8n answers 404. */
	workflow(id: string): Promise<N8nWorkflow | null>;
	/**
	 * Makes a workflow, as a draft. Asked once, since n8n makes another one each time: only a 429 is repeated.
	 * @throws N8nError; `mayHaveActed` says whether n8n may have made it all the same
	 */
	create(draft: WorkflowDraft): Promise<N8nWorkflow>;
	/** Replaces nodes and connections. Null when n8n answers 404. What is published is published anew. */
	update(id: string, draft: WorkflowDraft): Promise<N8nWorkflow | null>;
	/** Publishes or unpublishes it; read it back, n8n may say yes and not do it. False when n8n answers 404. */
	setPublished(id: string, isPublished: boolean): Promise<boolean>;
}

const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWER_BYTES = 128 * 2 ** 20;
const LONGEST_REFUSAL_BYTES = 64 * 2 ** 10;
const LONGEST_REASON = 300;
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

interface Request<T> extends RequestNature {
	method?: 'GET' | 'POST' | 'PUT';
	path: string;
	body?: object;
	schema: z.ZodType<T>;
	/** Asked twice, n8n does it twice. */
	isUnrepeatable?: boolean;
}

/**
 * Reads and writes workflows over n8n's public API. Repeats after 429, 5xx, broken connections and half answers, no sooner
 * than `Retry-After` says.
 * @throws N8nError (from the calls) when the instance refuses, or still fails after the last try.
 */
export function createN8nClient(options: N8nClientOptions): N8nClient {
	const list = (choice: { everything?: boolean; name?: string }, cursor: string | undefined) => {
		const query = new URLSearchParams({ limit: String(PAGE_SIZE), excludePinnedData: 'true' });
		if (options.tag && !choice.everything) query.set('tags', options.tag);
		if (choice.name) query.set('name', choice.name);
		if (cursor) query.set('cursor', cursor);
		return request(options, {
			path: `?${query.toString()}`,
			what: 'the list of workflows',
			scope: READ_SCOPES,
			schema: workflowPageSchema,
		});
	};
	return {
		async *pages(choice = {}) {
			let next: Promise<WorkflowPage | null> | undefined = list(choice, undefined);
			while (next) {
				const page: WorkflowPage | null = await next;
				if (!page)
					throw new N8nError('rejected', 'n8n answered 404 to the list of workflows: is the URL right?', 404);
				next = page.nextCursor ? list(choice, page.nextCursor) : undefined;
				// Whoever stops early must not be ended by a request nobody waits for.
				next?.catch(() => undefined);
				yield page;
			}
		},
		async workflow(id) {
			const found = await request(options, {
				path: `/${encodeURIComponent(id)}`,
				what: 'a workflow',
				scope: READ_SCOPES,
				schema: remoteWorkflowSchema,
			});
			if (!found || found.id === id) return found;
			throw new N8nError('rejected', 'n8n answered with another workflow than the one asked for', 200);
		},
		async create(draft) {
			const made = await request(options, {
				method: 'POST',
				path: '',
				body: draft,
				what: 'making a workflow',
				scope: 'workflow:create',
				schema: remoteWorkflowSchema,
				isUnrepeatable: true,
			});
			if (made) return made;
			throw new N8nError('rejected', 'n8n answered 404 to making a workflow: is the URL right?', 404);
		},
		update: (id, draft) =>
			request(options, {
				method: 'PUT',
				path: `/${encodeURIComponent(id)}`,
				body: draft,
				what: 'changing a workflow',
				scope: 'workflow:update',
				schema: remoteWorkflowSchema,
			}),
		async setPublished(id, isPublished) {
			const [call, older] = isPublished ? ['publish', 'activate'] : ['unpublish', 'deactivate'];
			const ask = (name: string) =>
				request(options, {
					method: 'POST',
					path: `/${encodeURIComponent(id)}/${name}`,
					body: {},
					what: isPublished ? 'publishing a workflow' : 'unpublishing a workflow',
					scope: `workflow:${older}`,
					// Read back by the caller in any case.
					schema: z.unknown().transform(() => true),
				});
			// n8n before 2.9 knows the older names only.
			return (await ask(call)) ?? (await ask(older)) ?? false;
		},
	};
}

const READ_SCOPES = 'workflow:list or workflow:read';

async function request<T>(options: N8nClientOptions, asked: Request<T>): Promise<T | null> {
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
