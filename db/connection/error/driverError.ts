import { codeOf, ErrorCause, readField } from '../../../domain/error/errorCause';
import { isSqlState } from '../../../domain/error/errorCode';
import type { DatabaseLogin } from '../databaseLogin';
import { isOfDatabase, loginOfError } from './databaseOrigin';

/** What is read of an error of the driver or of Node.js. */
export interface DriverError {
	code: string;
	message: string;
	hint: string | undefined;
	constraint: string | undefined;
	column: string | undefined;
	/** What Node.js was doing: `connect`, `open`. */
	syscall: string | undefined;
	/** The file or folder that it was about. */
	path: string | undefined;
	/** The database, or the connection to it, is where it came from. */
	isOfDatabase: boolean;
	/** What the connection was made with, where that is known. */
	login: DatabaseLogin | undefined;
	/** PostgreSQL said it itself. */
	isOfServer: boolean;
	/** Where it came from, cleaned: the `cause` of what becomes of it. */
	cause: ErrorCause;
}

/** Reads what may be an error of the driver, of whatever was thrown. */
export function readDriverError(thrown: unknown): DriverError {
	const error = mostTelling(thrown);
	const text = (name: string) => {
		const value = readField(error, name);
		return typeof value === 'string' ? value : undefined;
	};
	return {
		code: codeOf(error),
		message: text('message') ?? '',
		hint: text('hint'),
		constraint: text('constraint_name'),
		column: text('column_name'),
		syscall: text('syscall'),
		path: text('path'),
		isOfDatabase: isOfDatabase(thrown) || isOfDatabase(error),
		login: loginOfError(thrown) ?? loginOfError(error),
		isOfServer: text('severity') !== undefined || isSqlState(codeOf(error)),
		cause: new ErrorCause(error),
	};
}

/** Says of an address only that this machine has no way to it, as for IPv6 where there is none. */
const NO_WAY = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Node.js tries every address of a host, and tells of all failures at once: one of those that were reached says what is wrong. */
function mostTelling(error: unknown, depth = 0): unknown {
	const errors = readField(error, 'errors');
	if (!Array.isArray(errors) || errors.length === 0 || depth === DEEPEST) return error;
	const inner = errors.slice(0, MOST_ADDRESSES).map((one) => mostTelling(one, depth + 1));
	return inner.find((one) => codeOf(one) !== '' && !NO_WAY.has(codeOf(one))) ?? inner[0];
}

const DEEPEST = 3;
const MOST_ADDRESSES = 10;
