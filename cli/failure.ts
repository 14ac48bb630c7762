import { toLmaError } from '../db/connection/databaseError';
import { codeOf, framesOf } from '../domain/errorCause';
import { LmaError } from '../domain/errors';

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
	if (error instanceof LmaError) return inSentences(error.message, error.description);
	if (isFromDriver(error) || isMistake(error)) {
		const { message, description } = toLmaError(error);
		return inSentences(message, description);
	}
	if (error instanceof Error) return error.message;
	return String(error);
}

/** PostgreSQL's own errors and those of the network carry a code; a mistake in our code does not. */
function isFromDriver(error: unknown): boolean {
	return error instanceof Error && codeOf(error) !== '' && !('path' in error);
}

/** What only wrong code throws. */
export function isMistake(error: unknown): boolean {
	if (error instanceof LmaError) return error.traits.fault === 'program';
	return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/** Where a mistake is, as frames of its stack. */
export function framesOfMistake(error: unknown): string[] {
	return framesOf(error instanceof LmaError && error.cause ? error.cause : error);
}

function inSentences(message: string, description: string): string {
	const fact = /[.!?]$/.test(message) ? message : `${message}.`;
	return `${fact} ${description}`.trim();
}
