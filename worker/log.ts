import { pino, type DestinationStream, type Logger } from 'pino';
import { isTraced } from '../db/connection/error/toLmaError';
import { columnOf } from '../db/connection/record';
import { ErrorCause, framesOf } from '../domain/error/errorCause';
import { factsOf } from '../domain/input/facts';
import type { LeadColumn } from '../domain/lead/column';
import { LEAD_COLUMNS } from '../domain/lead/columns';
import type { WorkerConfig } from './config';

export type Log = Logger;

/** What may be personal of a lead: every column whose values errors may not repeat, as a field and as it is in the table. */
const PERSONAL_FIELDS = Object.entries<LeadColumn>(LEAD_COLUMNS)
	.filter(([, { schema }]) => factsOf(schema).isShown !== true)
	.flatMap(([field]) => [...new Set([field, columnOf(field)])]);

/** Fields that are never written, wherever they turn up at the first three levels of an entry. */
const SECRET_FIELDS = [
	...PERSONAL_FIELDS,
	// Of messages, and what opens doors.
	...['to', 'from', 'subject', 'content', 'body', 'text', 'html'],
	...['password', 'pass', 'secret', 'token', 'apiKey', 'authorization', 'connectionString', 'url'],
];

/**
 * JSON lines with ids only. Known secret or personal fields are replaced by `[redacted]`, and the text of errors
 * is cleaned by `withoutPersonalData`, because drivers put addresses, row values and URLs into it.
 */
export function createLog(level: WorkerConfig['logLevel'], destination?: DestinationStream): Log {
	const options = {
		level,
		base: { name: 'lma-worker' },
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (label: string) => ({ level: label }) },
		redact: {
			paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
			censor: '[redacted]',
		},
		serializers: { err: describeError },
	};
	// Left alone, pino goes on without a word when nobody reads what it writes.
	return pino(options, destination ?? process.stdout);
}

/** An error in the log. */
export interface LoggedError {
	name: string;
	code?: string;
	message: string;
	/** Frames alone; for what is, or may be, a mistake of ours: it is found by them. */
	stack?: string[];
	cause?: LoggedError;
}

/** Name, code and cleaned message, and so on for the cause; never a query, parameter, detail or server response. */
function describeError(error: unknown): LoggedError {
	return logged(error instanceof ErrorCause ? error : new ErrorCause(error), isTraced(error));
}

function logged({ name, code, message, cause, stack }: ErrorCause, hasStack: boolean): LoggedError {
	const frames = hasStack ? framesOf({ stack }) : [];
	return {
		name,
		...(code !== undefined && { code }),
		message,
		...(frames.length > 0 && { stack: frames.map((frame) => frame.trim()) }),
		...(cause instanceof ErrorCause && { cause: logged(cause, hasStack) }),
	};
}
