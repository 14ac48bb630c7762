import { textUpTo } from './boundedText';
import { N8nError } from './n8nError';
import { remedyForRedirect } from './unreachable';

/** What a request was, for an error about it. */
export interface RequestNature {
	/** `the list of workflows`, `publishing a workflow`: goes after "n8n answered 500 to". */
	what: string;
	/** Method and path: see `N8nErrorDetails`. */
	call: string;
	/** Scope of the API key that it needs, where it is asked with one. */
	scope?: string;
	/** Asked with an API key, and not in a browser's session. */
	hasKey: boolean;
	/** It changes something. What n8n says of it is part of the error then: whoever reads that has asked for it. */
	isWrite: boolean;
}

const LONGEST_REFUSAL_BYTES = 64 * 2 ** 10;
const LONGEST_REASON = 300;

/** The error that an answer other than 2xx stands for. Reads the answer to its end, or drops it. */
export async function refusalOf(response: Response, nature: RequestNature): Promise<N8nError> {
	const { status } = response;
	const { what, call, scope, hasKey, isWrite } = nature;
	const reason = isWrite ? await reasonOf(response) : undefined;
	if (!isWrite) await drop(response);
	if (status === 401) {
		const message = hasKey
			? 'n8n refuses the API key (401): it is wrong, expired or disabled'
			: `n8n refuses ${what} (401): the session is not signed in, or not any more`;
		return new N8nError('unauthorized', message, { call, status });
	}
	if (status === 403) {
		const message = `n8n refuses ${what} (403)${scope ? `: the API key lacks the scope ${scope}` : ''}`;
		return new N8nError('forbidden', message, { call, status, scope });
	}
	const message = `n8n answered ${status} to ${what}${reason ? `: ${reason}` : ''}`;
	const remedy = status < 400 ? remedyForRedirect(response.headers.get('location'), response.url) : undefined;
	return new N8nError(status === 429 || status >= 500 ? 'overloaded' : 'rejected', message, {
		call,
		status,
		remedy,
	});
}

/** Lets the connection go without reading what is left of an answer. Never throws. */
export async function drop(response: Response): Promise<void> {
	await response.body?.cancel().catch(() => undefined);
}

/** What n8n says of a write that it refuses, in one line; undefined when it says nothing that can be used. */
async function reasonOf(response: Response): Promise<string | undefined> {
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
