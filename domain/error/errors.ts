import { ErrorCause } from './errorCause';
import { traitsOf } from './errorCode';
import type { ErrorTraits } from './knownError';

/**
 * What can go wrong, in words. `message` states the fact and the value, `description` says what to do next.
 * Neither ever holds a password, a connection string or more of a value than its first characters. Whatever is given as
 * `cause` is kept as an `ErrorCause`, without what the driver puts into it.
 */
export class LmaError extends Error {
	override readonly name: string = 'LmaError';

	constructor(
		/** Stable, for programs: `LEAD_NOT_FOUND`, `INVALID_VALUE`. */
		readonly code: string,
		message: string,
		/** The remedy, as one or two sentences; empty where the message says it. */
		readonly description: string,
		options?: ErrorOptions,
	) {
		super(message, cleaned(options));
	}

	/** Message and remedy, one after the other. */
	get sentences(): string {
		return this.description === '' ? this.message : `${this.message}. ${this.description}`;
	}

	/** Whose fault it is, whether it may be tried again, whether somebody has to act. */
	get traits(): ErrorTraits {
		return traitsOf(this.code);
	}
}

function cleaned(options: ErrorOptions | undefined): ErrorOptions | undefined {
	const cause = options?.cause;
	if (cause === undefined || cause === null) return undefined;
	return { cause: cause instanceof ErrorCause ? cause : new ErrorCause(cause) };
}

/** One thing that is wrong with an input. Repeats nothing personal. */
export interface FieldProblem {
	/** As the user knows it (camelCase). */
	readonly field: string;
	/** What is wrong, beginning with the field. */
	readonly message: string;
	/** What to do about it, as a sentence. */
	readonly description: string;
}

/** Most problems that a message goes into; all are in `problems`. */
const MOST_TOLD = 12;
/** Characters of messages and remedies together, so that a person reads them; the first is told however long. */
const LONGEST_TOLD = 400;
const LONGEST_NAMES = 120;

/** One value that cannot be stored, or several of one input. Names their fields. */
export class ValidationError extends LmaError {
	override readonly name = 'ValidationError';
	/** Everything that is wrong, the first of it `field` with its message. */
	readonly problems: readonly FieldProblem[];

	constructor(
		readonly field: string,
		message: string,
		description: string,
		options?: ErrorOptions & { problems?: readonly FieldProblem[] },
	) {
		super('INVALID_VALUE', message, description, options);
		this.problems = options?.problems ?? [{ field, message, description }];
	}

	/** Everything that is wrong with one input as one error; without any problem, of the whole value. */
	static of(problems: readonly FieldProblem[]): ValidationError {
		const [first] = problems;
		if (!first) return new ValidationError('value', 'value is not valid', 'Correct value.');
		if (problems.length === 1) return new ValidationError(first.field, first.message, first.description);
		const told = problemsToTell(problems);
		const others = problems.slice(told.length).map(({ field }) => field);
		return new ValidationError(
			first.field,
			`${told.map(({ message }) => message).join('; ')}${others.length > 0 ? `; wrong as well: ${namesOf(others)}` : ''}`,
			told.map(({ field, description }) => `${field}: ${description}`).join(' '),
			{ problems },
		);
	}
}

/** As many names as are readable, and how many more there are. */
function namesOf(fields: readonly string[]): string {
	const text = fields.join(', ');
	if (text.length <= LONGEST_NAMES) return text;
	const named = text.slice(0, LONGEST_NAMES).split(', ').slice(0, -1);
	return `${named.join(', ')} and ${fields.length - named.length} more`;
}

function problemsToTell(problems: readonly FieldProblem[]): readonly FieldProblem[] {
	let length = 0;
	const tooMany = problems.findIndex(({ field, message, description }, index) => {
		length += field.length + message.length + description.length;
		return index > 0 && (index >= MOST_TOLD || length > LONGEST_TOLD);
	});
	return tooMany < 0 ? problems : problems.slice(0, tooMany);
}

/** A row that does not exist, or that belongs to another organization: the two look the same on purpose. */
export class NotFoundError extends LmaError {
	override readonly name = 'NotFoundError';

	constructor(
		/** `Lead`, `Communication`, `User`: as it should read at the start of the message. */
		readonly entity: string,
		readonly id: number | string,
		description = `Check the ${entity.toLowerCase()} id. It must belong to the organization of the credential.`,
	) {
		super(`${entity.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`, `${entity} ${id} not found`, description);
	}
}

/** The row exists, and its state forbids what was asked. Nothing was changed. */
export class ConflictError extends LmaError {
	override readonly name = 'ConflictError';

	constructor(message: string, description: string) {
		super('CONFLICT', message, description);
	}
}

/** No connection, or one that cannot be used: host, password, TLS, schema. Trying again may help. */
export class ConnectionError extends LmaError {
	override readonly name = 'ConnectionError';
}
