/** What went wrong between us and an n8n instance, in words for its admin; never holds the key or an answer's body. */
export class N8nError extends Error {
	override readonly name = 'N8nError';

	constructor(
		readonly kind: 'unauthorized' | 'forbidden' | 'unreachable' | 'overloaded' | 'rejected' | 'malformed',
		message: string,
		/** HTTP status, when there was an answer. */
		readonly status?: number,
		/** The request never left: no connection came about. */
		readonly wasNeverSent = false,
		/** Of a 403: what the API key may not do. */
		readonly scope?: string,
		cause?: unknown,
	) {
		super(message, cause === undefined ? undefined : { cause });
	}

	/**
	 * Whether n8n may have done what was asked all the same: it took the request, or nobody knows. Only a refusal is sure,
	 * and a 429 is one.
	 */
	get mayHaveActed(): boolean {
		if (this.wasNeverSent) return false;
		return this.status === undefined || this.status < 300 || this.status >= 500;
	}

	/** Whether the same request may succeed a little later. */
	get isTransient(): boolean {
		return this.kind === 'unreachable' || this.kind === 'overloaded' || this.kind === 'malformed';
	}
}

/** What a request was, for an error about it. */
export interface RequestNature {
	/** `the list of workflows`, `publishing`: goes after "n8n answered 500 to". */
	what: string;
	/** Scopes of the API key that it needs, where it is asked with one. */
	scope?: string;
}

/**
 * The error that an HTTP status stands for; undefined for 2xx. `reason` is what n8n says itself: only of requests whose
 * contents belong to whoever reads the error.
 */
export function errorOfStatus(
	status: number,
	{ what, scope }: RequestNature,
	reason?: string,
): N8nError | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status === 401) {
		return new N8nError(
			'unauthorized',
			'n8n refuses the API key (401): it is wrong, expired or disabled',
			status,
		);
	}
	if (status === 403) {
		const message = `n8n refuses ${what} (403)${scope ? `: the API key lacks the scope ${scope}` : ''}`;
		return new N8nError('forbidden', message, status, false, scope);
	}
	const message = `n8n answered ${status} to ${what}${reason ? `: ${reason}` : ''}`;
	return new N8nError(status === 429 || status >= 500 ? 'overloaded' : 'rejected', message, status);
}
