import { isMistake, toLmaError } from '../../db/connection/error/toLmaError';
import { codeOf, ErrorCause, framesOf, readField } from '../../domain/error/errorCause';
import { LmaError } from '../../domain/error/errors';

/** A command that cannot do what was asked. The message is for people: the thing, the value and the remedy. */
export class CommandFailedError extends Error {
	override name = 'CommandFailedError';

	/** `isWrongUsage` makes the exit code 2 instead of 1. */
	constructor(
		message: string,
		readonly isWrongUsage = false,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** Any failure in one paragraph; never holds a password or a connection string. */
export function describeFailure(error: unknown): string {
	if (isForPeople(error)) return error.message;
	const { message, description } = toLmaError(error);
	return inSentences(message, description);
}

/** What only wrong code throws. */
export function isMistakeOfLma(error: unknown): boolean {
	return !isForPeople(error) && isMistake(error);
}

/** Where a mistake is, as frames of its stack. */
export function framesOfMistake(error: unknown): string[] {
	return framesOf(error instanceof LmaError && error.cause ? error.cause : error);
}

/** An error and its causes with the frames of their stacks, cleaned: for whoever looks for a fault. */
export function traceOf(error: unknown): string {
	const lines: string[] = [];
	for (let cause: unknown = new ErrorCause(error); cause instanceof ErrorCause; cause = cause.cause)
		lines.push(`${lines.length > 0 ? 'Caused by ' : ''}${cause.stack ?? ''}`);
	return lines.join('\n');
}

/** Names of what anything can throw; a class of ours has one of its own. */
const NAMES_OF_ALL = /^(Error|(Abort|Aggregate|Eval|Range|Reference|Syntax|Timeout|Type|URI|Zod)Error)$/;

/** Whether the message of an error was written to be read: of a class of ours, or of a file, which it names. */
function isForPeople(error: unknown): error is Error {
	if (!(error instanceof Error) || error instanceof LmaError) return false;
	if (typeof readField(error, 'message') !== 'string') return false;
	if (typeof readField(error, 'path') === 'string') return true;
	return codeOf(error) === '' && !NAMES_OF_ALL.test(String(readField(error, 'name')));
}

function inSentences(message: string, description: string): string {
	const fact = /[.!?]$/.test(message) ? message : `${message}.`;
	return `${fact} ${description}`.trim();
}
