/** What went wrong between us and an n8n instance, in words for its admin; never holds the key or an answer's body. */
export class N8nError extends Error {
	override readonly name = 'N8nError';

	constructor(
		readonly kind: 'unauthorized' | 'forbidden' | 'unreachable' | 'overloaded' | 'rejected' | 'malformed',
		message: string,
		/** HTTP status, when there was an answer. */
		readonly status?: number,
		options?: ErrorOptions,
	) {
		super(message, options);
	}

	/** Whether the same request may succeed a little later. */
	get isTransient(): boolean {
		return this.kind === 'unreachable' || this.kind === 'overloaded' || this.kind === 'malformed';
	}
}

/** The error that an HTTP status stands for; undefined for 2xx. */
export function errorOfStatus(status: number, what: string): N8nError | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status === 401) {
		return new N8nError(
			'unauthorized',
			'n8n refuses the API key (401): it is wrong, expired or disabled',
			status,
		);
	}
	if (status === 403) {
		const message = `n8n refuses ${what} (403): the API key lacks the scope workflow:list or workflow:read`;
		return new N8nError('forbidden', message, status);
	}
	if (status === 429 || status >= 500)
		return new N8nError('overloaded', `n8n answered ${status} to ${what}`, status);
	return new N8nError('rejected', `n8n answered ${status} to ${what}`, status);
}
