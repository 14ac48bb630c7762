import { ErrorCause } from '../domain/error/errorCause';

/** What is known of a request that failed, beside the message. */
export interface N8nErrorDetails {
	/** Method and path without the query, for whoever looks into it: `POST /api/v1/workflows/5/publish`. */
	call: string;
	/** HTTP status, when there was an answer. */
	status?: number;
	/** The request never left: no connection came about. Default false. */
	wasNeverSent?: boolean;
	/** Of a 403: what the API key may not do. */
	scope?: string;
	cause?: unknown;
}

/** What went wrong between us and an n8n instance, in words for its admin; never holds the key or an answer's body. */
export class N8nError extends Error {
	override readonly name = 'N8nError';
	readonly call: string;
	readonly status?: number;
	readonly wasNeverSent: boolean;
	readonly scope?: string;

	constructor(
		readonly kind: 'unauthorized' | 'forbidden' | 'unreachable' | 'overloaded' | 'rejected' | 'malformed',
		message: string,
		{ call, status, wasNeverSent = false, scope, cause }: N8nErrorDetails,
	) {
		super(message, cause === undefined ? undefined : { cause: new ErrorCause(cause) });
		this.call = call;
		this.status = status;
		this.wasNeverSent = wasNeverSent;
		this.scope = scope;
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
