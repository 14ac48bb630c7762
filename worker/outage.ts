import { isConnectionCode } from '../domain/errorCode';
import { codeOf, readField } from '../domain/errorCause';
import type { Log } from './log';

export type Part = 'database' | 'queue';

/**
 * Remembers which servers cannot be reached and writes one line when that changes, however often a driver retries.
 */
export interface Outages {
	/** The part failed. Logged only when it worked before. */
	report(part: Part, error: unknown): void;
	/** The part works. Logged only when it failed before. */
	clear(part: Part): void;
	/** Undefined when the part works, else its last error in words fit for a log. */
	current(part: Part): string | undefined;
	isConnectionError(error: unknown): boolean;
}

export function trackOutages(log: Log): Outages {
	const failing = new Map<Part, string>();
	return {
		report(part, error) {
			const reason = describe(error);
			if (!failing.has(part))
				log.error({ part, reason }, `the ${part} cannot be reached; trying again until it can`);
			failing.set(part, reason);
		},
		clear(part) {
			if (failing.delete(part)) log.info({ part }, `the ${part} can be reached again`);
		},
		current: (part) => failing.get(part),
		isConnectionError(error) {
			const message = readField(error, 'message');
			return (
				isConnectionCode(codeOf(error)) ||
				/connection (is|was|has been)? ?(closed|terminated|ended)|stream isn't writeable/i.test(
					typeof message === 'string' ? message : '',
				)
			);
		},
	};
}

// Codes only: messages of drivers hold hosts, users and sometimes URLs.
function describe(error: unknown): string {
	const code = codeOf(error);
	if (code !== '') return code;
	const name = readField(error, 'name');
	return typeof name === 'string' ? name : 'unknown';
}
