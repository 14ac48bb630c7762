import { codeOf, readField } from '../../../domain/error/errorCause';
import { isRequestCode } from '../../../domain/error/errorCode';
import { LmaError } from '../../../domain/error/errors';
import { leavesTrace } from '../../../domain/error/knownError';
import { connectionFailure, systemFailure, tlsFailure } from './connectionFailure';
import { type DriverError, readDriverError } from './driverError';
import { statementFailure, tenancyFailure } from './statementFailure';

/**
 * Says in words what a failed statement or connection means. Returns an `LmaError` unchanged, takes anything else that can
 * be thrown, and never throws itself. `cause` tells where it came from, cleaned: never the driver's `detail`, `query` or
 * `parameters`, which hold row values and secrets.
 */
export function toLmaError(error: unknown): LmaError {
	if (error instanceof LmaError) return error;
	const driver = readDriverError(error);
	return (
		tenancyFailure(driver) ??
		tlsFailure(driver) ??
		connectionFailure(driver) ??
		systemFailure(driver) ??
		statementFailure(driver) ??
		abortion(error, driver) ??
		requestFailure(error, driver) ??
		unexpected(driver)
	);
}

/** Whether something was thrown because LMA is wrong. Nobody else can tell where, so its stack belongs into a log. */
export function isMistake(error: unknown): boolean {
	return toLmaError(error).traits.fault === 'program';
}

/** Whether an error is found by its stack alone: a mistake of ours, and what may be one, such as a column that is missing. */
export function isTraced(error: unknown): boolean {
	return leavesTrace(toLmaError(error).traits);
}

/** What an AbortSignal ends: its code is a number of old (DOMException), so it goes by its name. */
function abortion(error: unknown, { cause }: DriverError): LmaError | undefined {
	const name = readField(error, 'name');
	if (name !== 'AbortError' && name !== 'TimeoutError') return undefined;
	return new LmaError(
		'ABORTED',
		name === 'TimeoutError' ? 'It took too long and was stopped' : 'It was stopped before it finished',
		'Try again.',
		{ cause },
	);
}

/** What `fetch` throws when there is no answer, and the code that it wraps. */
function requestFailure(error: unknown, { code, message, cause }: DriverError): LmaError | undefined {
	const isOfFetch = cause.name === 'TypeError' && message === 'fetch failed';
	if (!isOfFetch && !isRequestCode(code)) return undefined;
	const reason = isOfFetch ? codeOf(readField(error, 'cause')) : code;
	return new LmaError(
		'REQUEST_FAILED',
		`A request over HTTP got no answer${reason === '' ? '' : ` (${reason.slice(0, 80)})`}`,
		'Check that the server it went to can be reached, then try again.',
		{ cause },
	);
}

/** Nothing that a user, an admin or a server has done: a mistake of ours. */
function unexpected({ code, cause }: DriverError): LmaError {
	const kind = [cause.name, code].filter((part) => part !== '').join(' ');
	return new LmaError(
		'UNEXPECTED',
		`Something unexpected failed in LMA (${kind.slice(0, 80)})`,
		'This is a bug in LMA. The log of n8n or of the worker shows where it happened; please report it.',
		{ cause },
	);
}
