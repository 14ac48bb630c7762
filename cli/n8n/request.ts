import type { z } from 'zod/v4';
import { N8nApiError } from './errors';

/** One call to n8n. */
export interface N8nRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Beginning with a slash; what may be a secret belongs into the body. */
	path: string;
	body?: unknown;
	headers?: Record<string, string>;
}

/** n8n's answer and the cookies that it set. */
export interface N8nAnswer<T> {
	body: T;
	cookies: string[];
}

const timeoutMs = 30_000;

/**
 * Sends `request` and reads the answer with `schema`.
 * @throws N8nApiError when n8n refuses, cannot be reached in 30 s, or answers in another shape.
 */
export async function callN8n<T>(
	url: string,
	request: N8nRequest,
	schema: z.ZodType<T>,
): Promise<N8nAnswer<T>> {
	const { method, path, body, headers } = request;
	let response: Response;
	let text: string;
	try {
		response = await fetch(`${url}${path}`, {
			method,
			headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
			body: body === undefined ? null : JSON.stringify(body),
			signal: AbortSignal.timeout(timeoutMs),
		});
		text = await response.text();
	} catch (error) {
		throw new N8nApiError(method, path, 0, `no answer from ${url} (${describe(error)})`);
	}
	const answer = parseJson(text);
	if (!response.ok)
		throw new N8nApiError(method, path, response.status, messageOf(answer) ?? text.slice(0, 300));
	const parsed = schema.safeParse(answer);
	if (!parsed.success) {
		const { path: field = [], message = '' } = parsed.error.issues[0] ?? {};
		throw new N8nApiError(method, path, 0, `${field.join('.') || 'the answer'}: ${message}`);
	}
	return { body: parsed.data, cookies: response.headers.getSetCookie() };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function messageOf(answer: unknown): string | undefined {
	if (typeof answer !== 'object' || answer === null || !('message' in answer)) return undefined;
	return typeof answer.message === 'string' ? answer.message : undefined;
}

/** fetch hides why it failed in the cause. */
function describe(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { cause } = error;
	return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}
