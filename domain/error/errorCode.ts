import { CONNECTION_ERRORS } from './connectionCode';
import { configuration, type ErrorTraits, input, type KnownError, program, service } from './knownError';
import { ownTraits } from './ownCode';
import { STATEMENT_ERRORS } from './statementCode';
import { SYSTEM_ERRORS } from './systemCode';
import { isHandshakeCode, isTlsCode } from './tlsCode';

/** What is known by the codes of others: SQLSTATEs, and what Node.js and the driver give. */
const KNOWN: ReadonlyMap<string, ErrorTraits> = new Map<string, ErrorTraits>([
	...Object.entries(SYSTEM_ERRORS),
	...Object.entries(CONNECTION_ERRORS),
	...Object.entries(STATEMENT_ERRORS),
	...Object.values(STATEMENT_ERRORS).map((entry) => [entry.code, entry] as const),
]);

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

/**
 * Whether a SQLSTATE among those of wrong values tells of a statement of ours that is wrong: a division by zero, a text that
 * it casts, a subscript, a null where a function takes none. Values are checked before.
 */
export function isOfStatement(code: string): boolean {
	return ['22004', '22012', '2202E', '22P02'].includes(code);
}

/** Whether a code is a SQLSTATE: their classes begin with a digit, or are one of four. No code of Node.js does. */
export function isSqlState(code: string): boolean {
	return /^(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/.test(code);
}

/**
 * Traits of an error by its code: a SQLSTATE, a code of Node.js, of the driver or of our own, also with `DATABASE_` in
 * front. What is not known here is our mistake.
 */
export function traitsOf(code: string): ErrorTraits {
	const bare = code.replace(/^DATABASE_/, '');
	const known = ownTraits(code) ?? KNOWN.get(code) ?? KNOWN.get(bare);
	if (known) return known;
	if (isTlsCode(bare)) return configuration;
	// Raised for a role that is missing; of other wrong parameters the values are to blame.
	if (bare === '22023') return configuration;
	if (isOfStatement(bare)) return program;
	if (isSqlState(bare)) return CLASSES[bare.slice(0, 2)] ?? program;
	return isRequestCode(bare) ? service : program;
}

/** Whether a code is of a request over HTTP that got no whole answer (undici, which `fetch` is made of). */
export function isRequestCode(code: string): boolean {
	return code.startsWith('UND_ERR_');
}

/** Whether a code says for sure that a server has taken nothing of a request: no connection to it came about. */
export function isUnreached(code: string): boolean {
	return UNREACHED.has(code) || isHandshakeCode(code);
}

const UNREACHED = new Set([
	'EADDRNOTAVAIL',
	'EAI_AGAIN',
	'EAI_FAIL',
	'ECONNREFUSED',
	'EHOSTDOWN',
	'EHOSTUNREACH',
	'ENETDOWN',
	'ENETUNREACH',
	'ENOTFOUND',
	'ERR_INVALID_URL',
	'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a code says that a server was away, or that the connection to it broke: it may come back by itself. */
export function isConnectionCode(code: string): boolean {
	const known = findKnown(CONNECTION_ERRORS, code);
	return known?.fault === 'service' || /^(08[0-9A-Z]{3}|ECONN.*|CONNECTION_.*)$/.test(code);
}

/** The entry of a code; undefined also for what every object has, such as `constructor`. */
export function findKnown<Entry extends KnownError>(
	table: Readonly<Record<string, Entry>>,
	code: string,
): Entry | undefined {
	return Object.hasOwn(table, code) ? table[code] : undefined;
}
