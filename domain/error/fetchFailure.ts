import { codeOf, readField } from './errorCause';
import { isUnreached } from './errorCode';

/** What `fetch`, or reading its answer, has thrown. */
export interface FetchFailure {
	/** Of the connection, such as `ECONNREFUSED`; where it has none the name, such as `TimeoutError`. */
	code: string;
	/** Nothing of the request can have reached the server: no connection came about. False where nobody knows. */
	wasNeverSent: boolean;
}

/** Reads what a request over HTTP failed with, of whatever was thrown. */
export function readFetchFailure(thrown: unknown): FetchFailure {
	const cause = readField(thrown, 'cause');
	// Blocked by the Fetch standard, so undici does not even look the host up; it gives no code.
	if (readField(cause, 'message') === BAD_PORT) return { code: BAD_PORT, wasNeverSent: true };
	const attempts = readField(cause, 'errors');
	// One for each address of the host.
	const failures: unknown[] = Array.isArray(attempts) && attempts.length > 0 ? attempts : [cause];
	const name = readField(thrown, 'name');
	const code = codeOf(cause) || codeOf(failures[0]) || (typeof name === 'string' ? name : 'unknown');
	return { code: code.slice(0, 80), wasNeverSent: failures.every(isBeforeSending) };
}

const BAD_PORT = 'bad port';

/** TCP tells of hosts that went away in the middle of an answer by codes that `connect` knows, too (`read EHOSTUNREACH`). */
function isBeforeSending(failure: unknown): boolean {
	const syscall = readField(failure, 'syscall');
	if (typeof syscall === 'string') return syscall === 'connect' || syscall === 'getaddrinfo';
	return isUnreached(codeOf(failure));
}
