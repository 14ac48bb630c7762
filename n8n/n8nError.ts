import { LmaError } from '../domain/error/errors';

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
	/** What to do, as a sentence, where the message does not say it. */
	remedy?: string;
	cause?: unknown;
}

/** @internal tests try every kind */
export const N8N_ERROR_KINDS = [
	'unauthorized',
	'forbidden',
	'unreachable',
	'overloaded',
	'rejected',
	'malformed',
] as const;
export type N8nErrorKind = (typeof N8N_ERROR_KINDS)[number];

/**
 * What went wrong between us and an n8n instance, in words for its admin; never holds the key or an answer's body. Its code
 * is `N8N_UNAUTHORIZED` and so on, and says whether the same request may succeed a little later. The message says what to
 * do, too.
 */
export class N8nError extends LmaError {
	override readonly name = 'N8nError';
	readonly call: string;
	readonly status?: number;
	readonly wasNeverSent: boolean;
	readonly scope?: string;

	constructor(
		readonly kind: N8nErrorKind,
		message: string,
		{ call, status, wasNeverSent = false, scope, remedy = '', cause }: N8nErrorDetails,
	) {
		super(`N8N_${kind.toUpperCase()}`, message, remedy, { cause });
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
}
