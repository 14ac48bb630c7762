import { codeOf, ErrorCause, readField } from '../../domain/errorCause';
import { isSqlState } from '../../domain/errorCode';
import { ConnectionError, LmaError, ValidationError } from '../../domain/errors';
import { CONNECTION_ERRORS, STATEMENT_ERRORS } from '../../domain/knownError';
import { isTlsCode } from '../../domain/tlsCode';

/** What is read of an error of the driver or of Node.js. */
interface DriverError {
	code: string;
	message: string;
	hint: string | undefined;
	constraint: string | undefined;
	column: string | undefined;
	/** PostgreSQL said it itself. */
	isOfServer: boolean;
	/** Where it came from, cleaned: the `cause` of what becomes of it. */
	cause: ErrorCause;
}

/**
 * Says in words what a failed statement or connection means. Returns an `LmaError` unchanged, takes anything else that can
 * be thrown, and never throws itself. `cause` tells where it came from, cleaned: never the driver's `detail`, `query` or
 * `parameters`, which hold row values and secrets.
 */
export function toLmaError(error: unknown): LmaError {
	if (error instanceof LmaError) return error;
	const driver = read(firstOf(error));
	return (
		tenancyError(driver) ??
		tlsError(driver) ??
		connectionError(driver) ??
		statementError(driver) ??
		abortion(error, driver) ??
		unexpected(driver)
	);
}

/** Node.js tries every address of a host, and tells of all failures at once: the first one says what is wrong. */
function firstOf(error: unknown): unknown {
	const errors = readField(error, 'errors');
	if (codeOf(error) !== '' || !Array.isArray(errors) || errors.length === 0) return error;
	return errors[0] as unknown;
}

function read(error: unknown): DriverError {
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
		isOfServer: text('severity') !== undefined || isSqlState(codeOf(error)),
		cause: new ErrorCause(error),
	};
}

/** What lma.use_organization() and row security raise themselves; their texts hold nothing of another organization. */
function tenancyError({ code, message, hint, cause }: DriverError): LmaError | undefined {
	switch (code) {
		case 'LM001':
			return new ConnectionError(
				'ORGANIZATION_NOT_FOUND',
				message || 'Organization not found',
				'Check the organization slug. `lma org list` shows the existing ones.',
				{ cause },
			);
		case 'LM002':
			return new LmaError(
				'INVALID_SETTING',
				message || 'An LMA setting is not an id',
				hint ?? 'Choose the organization with lma.use_organization().',
				{ cause },
			);
		case 'LM003':
			return new ValidationError(
				'actorId',
				message || 'The acting user does not belong to the organization',
				hint ?? 'Name one of its users.',
				{ cause },
			);
	}
	return undefined;
}

/** Client and server that do not agree on whether to encrypt, told apart by the text: the codes mean other things, too. */
function tlsError({ code, message, cause }: DriverError): LmaError | undefined {
	const isRefused =
		(code === 'ECONNRESET' && message.includes('before secure TLS connection')) ||
		(code === '' && /\b(?:no|not support) ssl\b/i.test(message));
	if (isRefused) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not offer TLS',
			'Choose the SSL mode "disable", or turn TLS on in the server.',
			{ cause },
		);
	}
	if (code === '28000' && message.includes('no encryption')) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not accept this login without TLS',
			'Choose the SSL mode "require" or "verify-full".',
			{ cause },
		);
	}
	if (!isTlsCode(code)) return undefined;
	return new ConnectionError(
		`DATABASE_${code}`,
		`Database: the server's certificate was not accepted (${code})`,
		'Give the CA certificate that signed it, use its exact host name, or choose the SSL mode "require".',
		{ cause },
	);
}

function connectionError({ code, message, cause }: DriverError): LmaError | undefined {
	// A role that is asked for; any other wrong parameter has the same code.
	if (code === '22023' && /\blma_(app|owner)\b/.test(message)) {
		return new ConnectionError(
			`DATABASE_${code}`,
			'Database: the roles of LMA are missing on this server',
			'Check host and database, or run `lma migrate` there.',
			{ cause },
		);
	}
	const known = entryOf(CONNECTION_ERRORS, code);
	if (known)
		return new ConnectionError(`DATABASE_${code}`, `Database: ${known.message}`, known.remedy, { cause });
	if (!/^08[0-9A-Z]{3}$/.test(code)) return undefined;
	return new ConnectionError(`DATABASE_${code}`, 'Database: the connection failed', 'Try again.', { cause });
}

function statementError(driver: DriverError): LmaError | undefined {
	const { code, constraint, column, isOfServer, cause } = driver;
	const known = entryOf(STATEMENT_ERRORS, code);
	if (known) return new LmaError(known.code, `Database: ${known.message}`, known.remedy, { cause });
	if (!isOfServer) return undefined;
	const field = column ?? constraint ?? 'value';
	if (code === '23503') {
		return new ValidationError(
			field,
			`A referenced row does not exist (${constraint ?? 'foreign key'})`,
			'Check the ids: they must belong to the organization of the credential.',
			{ cause },
		);
	}
	if (code === '23505') {
		return new LmaError(
			'ALREADY_EXISTS',
			`Already exists (${constraint ?? 'unique'})`,
			'Update the existing row instead.',
			{ cause },
		);
	}
	if (isTooLarge(driver)) {
		return new ValidationError(
			constraint ?? 'value',
			`A text or a JSON value is too large to be stored (${constraint ?? `SQLSTATE ${code}`})`,
			'Shorten the values of this item: each may have at most 16 MB, counting JSON as written out.',
			{ cause },
		);
	}
	if (/^2[23]/.test(code)) {
		return new ValidationError(
			field,
			`A value cannot be stored (${constraint ?? `SQLSTATE ${code}`})`,
			'Check the values of this item.',
			{ cause },
		);
	}
	return new LmaError(
		`DATABASE_${code}`,
		`Database error ${code}`,
		'Check the PostgreSQL log for the cause.',
		{ cause },
	);
}

/**
 * Larger than the checks on sizes allow, or than PostgreSQL can write out to measure it: above 1 GB (54000, and for the last
 * bytes below that an internal error, whose text is never translated).
 */
function isTooLarge({ code, constraint, message }: DriverError): boolean {
	switch (code) {
		case '23514':
			return constraint?.endsWith('_sizes_in_range') ?? false;
		case '54000':
			return true;
		case 'XX000':
			return message.startsWith('invalid memory alloc request size');
	}
	return false;
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

function entryOf<Entry>(table: Readonly<Record<string, Entry>>, code: string): Entry | undefined {
	return Object.hasOwn(table, code) ? table[code] : undefined;
}
