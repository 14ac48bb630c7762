import {
	configuration,
	CONNECTION_ERRORS,
	type ErrorTraits,
	input,
	program,
	service,
	STATEMENT_ERRORS,
} from './knownError';
import { isTlsCode } from './tlsCode';

/** Codes of our own whose traits do not follow from a SQLSTATE or a system error. */
const OWN_CODES: Readonly<Record<string, ErrorTraits>> = {
	ABORTED: service,
	ALREADY_EXISTS: input,
	CONFLICT: input,
	DATABASE_CONFLICT: service,
	DATABASE_LOCKED: service,
	DATABASE_PERMISSION_DENIED: configuration,
	DATABASE_READ_ONLY: configuration,
	DATABASE_SILENT: service,
	DATABASE_TIMEOUT: service,
	DATABASE_TLS: configuration,
	EXECUTION_NOT_STARTED: service,
	INVALID_SETTING: configuration,
	INVALID_VALUE: input,
	ORGANIZATION_NOT_FOUND: configuration,
	QUEUE_UNAVAILABLE: service,
	UNEXPECTED: program,
};

/** SQLSTATEs without a word of their own, by their class. */
const CLASSES: Readonly<Record<string, ErrorTraits>> = {
	'08': service,
	'22': input,
	'23': input,
	'28': configuration,
	'40': service,
	'53': service,
	'57': service,
	'58': service,
};

/** Whether a code is a SQLSTATE: their classes begin with a digit, or are one of four. No code of Node.js does. */
export function isSqlState(code: string): boolean {
	return /^(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/.test(code);
}

/**
 * Traits of an error by its code: a SQLSTATE, a code of Node.js, of the driver or of our own, also with `DATABASE_` in
 * front. An `LMA` error that is not known here is about something that was configured; any other code is our mistake.
 */
export function traitsOf(code: string): ErrorTraits {
	const own = OWN_CODES[code];
	if (own) return own;
	const bare = code.replace(/^DATABASE_/, '');
	const known = CONNECTION_ERRORS[bare] ?? STATEMENT_ERRORS[bare];
	if (known) return known;
	if (isTlsCode(bare)) return configuration;
	// Raised for a role that is missing; of other wrong parameters the values are to blame.
	if (bare === '22023') return configuration;
	if (isSqlState(bare)) return CLASSES[bare.slice(0, 2)] ?? program;
	return configuration;
}

/** Whether a code says that a server was away, or that the connection to it broke: it may come back by itself. */
export function isConnectionCode(code: string): boolean {
	return CONNECTION_ERRORS[code]?.fault === 'service' || /^(08[0-9A-Z]{3}|ECONN.*|CONNECTION_.*)$/.test(code);
}
