/**
 * Who has to act on an error: `input` whoever gave the values, `configuration` whoever set up login, server or schema,
 * `service` nobody (a server is away, or busy), `program` the makers of LMA.
 */
export type Fault = 'configuration' | 'input' | 'program' | 'service';

/** What is known of an error by its code. */
export interface ErrorTraits {
	fault: Fault;
	/** The same work may succeed when it is done again a little later. */
	canRetry: boolean;
	/** It goes on failing until somebody has changed something. */
	needsPerson: boolean;
	/** It may be a bug of ours, though it looks like somebody else's matter. */
	isSuspect?: boolean;
}

/** Whether nobody can find the reason without the stack, which then belongs into a log. */
export function leavesTrace({ fault, isSuspect = false }: ErrorTraits): boolean {
	return fault === 'program' || isSuspect;
}

/** An error in words, and its traits. */
export interface KnownError extends ErrorTraits {
	message: string;
	remedy: string;
	/** The remedy where it was no connection to the database; default `remedy`. */
	remedyElsewhere?: string;
}

/** The traits that most errors of one fault share. */
export const configuration = { fault: 'configuration', canRetry: false, needsPerson: true } as const;
export const service = { fault: 'service', canRetry: true, needsPerson: false } as const;
export const input = { fault: 'input', canRetry: false, needsPerson: true } as const;
export const program = { fault: 'program', canRetry: false, needsPerson: true } as const;
