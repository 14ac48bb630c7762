import { isMistake } from '../db/connection/toLmaError';
import { isConnectionCode } from '../domain/error/errorCode';
import { codeOf, framesOf, readField } from '../domain/error/errorCause';
import type { Log } from './log';

export type Part = 'database' | 'queue';

/**
 * Remembers which servers cannot be reached or used, and writes one line when that changes, however often a driver retries.
 */
export interface Outages {
	/** The part failed. Logged only when it worked before; a mistake of ours once, with its stack, and is no outage. */
	report(part: Part, error: unknown): void;
	/** The part works. Logged only when it failed before. */
	clear(part: Part): void;
	/** Undefined when the part works, else its last error in words fit for a log. */
	current(part: Part): string | undefined;
	isConnectionError(error: unknown): boolean;
}

interface Outage {
	reason: string;
	/** `reached`, or `used`. */
	lost: string;
}

export function trackOutages(log: Log): Outages {
	const failing = new Map<Part, Outage>();
	const mistakes = new Set<string>();

	function reportMistake(part: Part, error: unknown): void {
		const place = `${part} ${describe(error)} ${framesOf(error)[0] ?? ''}`;
		if (mistakes.has(place)) return;
		mistakes.add(place);
		log.error({ part, err: error }, `a mistake of LMA in using the ${part}; it is tried again`);
	}

	return {
		report(part, error) {
			const isAway = isConnectionError(error);
			// What Redis refuses has no code: it is no mistake of ours.
			if (!isAway && readField(error, 'name') !== 'ReplyError' && isMistake(error)) {
				reportMistake(part, error);
				return;
			}
			const reason = describe(error);
			const lost = failing.get(part)?.lost ?? (isAway ? 'reached' : 'used');
			if (!failing.has(part))
				log.error({ part, reason }, `the ${part} cannot be ${lost}; trying again until it can`);
			failing.set(part, { reason, lost });
		},
		clear(part) {
			const outage = failing.get(part);
			if (failing.delete(part)) log.info({ part }, `the ${part} can be ${outage?.lost ?? 'used'} again`);
		},
		current: (part) => failing.get(part)?.reason,
		isConnectionError,
	};
}

function isConnectionError(error: unknown): boolean {
	const message = readField(error, 'message');
	return (
		isConnectionCode(codeOf(error)) ||
		/connection (is|was|has been)? ?(closed|terminated|ended)|stream isn't writeable/i.test(
			typeof message === 'string' ? message : '',
		)
	);
}

// Codes only: messages of drivers hold hosts, users and sometimes URLs.
function describe(error: unknown): string {
	const code = codeOf(error);
	if (code !== '') return code;
	const name = readField(error, 'name');
	return typeof name === 'string' ? name : 'unknown';
}
