import { codeOf, readField } from '../../../domain/error/errorCause';
import { isSqlState } from '../../../domain/error/errorCode';
import type { DatabaseLogin } from '../databaseLogin';

const noted = new WeakMap<object, DatabaseLogin | undefined>();

/**
 * Notes that an error came from the connection to the database, for where the driver leaves no mark on it: waiting for a
 * connection, and all that `pg` does; and with which login, where that is known. Returns what it was given.
 */
export function asDatabaseError<Thrown>(thrown: Thrown, login?: DatabaseLogin): Thrown {
	if (typeof thrown === 'object' && thrown !== null) noted.set(thrown, login ?? noted.get(thrown));
	return thrown;
}

/** The login that was noted with an error. */
export function loginOfError(thrown: unknown): DatabaseLogin | undefined {
	return typeof thrown === 'object' && thrown !== null ? noted.get(thrown) : undefined;
}

/** Codes that postgres.js makes up itself, and nobody else. */
const OF_DRIVER = new Set([
	'AUTH_TYPE_NOT_IMPLEMENTED',
	'CONNECTION_CLOSED',
	'CONNECTION_DESTROYED',
	'CONNECTION_ENDED',
	'CONNECT_TIMEOUT',
	'SASL_SIGNATURE_MISMATCH',
]);

/** What Node.js does on a socket: errors of files name other calls, whoever has noted them. */
const OF_SOCKET = new Set(['connect', 'getaddrinfo', 'read', 'write']);

/**
 * Whether an error is of the database or of the connection to it. The same code of Node.js comes from Redis, from mail
 * servers, from pipes.
 */
export function isOfDatabase(thrown: unknown): boolean {
	const syscall = readField(thrown, 'syscall');
	if (typeof syscall === 'string' && !OF_SOCKET.has(syscall)) return false;
	const code = codeOf(thrown);
	return (
		noted.has(thrown as object) ||
		OF_DRIVER.has(code) ||
		isSqlState(code) ||
		typeof readField(thrown, 'severity') === 'string' ||
		hasStatement(thrown)
	);
}

/** postgres.js puts the statement onto whatever it failed with; undefined, when it was never sent. */
function hasStatement(thrown: unknown): boolean {
	if (typeof thrown !== 'object' || thrown === null) return false;
	try {
		return ['query', 'parameters', 'args', 'types'].every((name) => Object.hasOwn(thrown, name));
	} catch {
		return false;
	}
}
