import { ConnectionError, LmaError, ValidationError } from '../../domain/errors';

interface DriverError {
	code?: string;
	message?: string;
	hint?: string;
	constraint_name?: string;
	column_name?: string;
	severity?: string;
}

/**
 * Says in words what a failed statement or connection means. Returns an `LmaError` unchanged, and never repeats
 * the driver's `detail`, `query` or `parameters`: they hold row values and secrets. The original is kept as
 * `cause` only for connection errors, which carry none.
 */
export function toLmaError(error: unknown): LmaError {
	if (error instanceof LmaError) return error;
	const driver: DriverError = typeof error === 'object' && error !== null ? error : {};
	const code = driver.code ?? '';
	return (
		tenancyError(code, driver) ??
		connectionError(code, driver) ??
		statementError(code, driver) ??
		unknownError(code, driver)
	);
}

/** What lma.use_organization() and row security raise themselves; their texts hold nothing of another organization. */
function tenancyError(code: string, driver: DriverError): LmaError | undefined {
	switch (code) {
		case 'LM001':
			return new ConnectionError(
				'ORGANIZATION_NOT_FOUND',
				driver.message ?? 'Organization not found',
				'Check the organization slug. `lma org list` shows the ones that exist.',
			);
		case 'LM002':
			return new LmaError(
				'INVALID_SETTING',
				driver.message ?? 'A setting of LMA is no id',
				driver.hint ?? 'Choose the organization with lma.use_organization().',
			);
		case 'LM003':
			return new ValidationError(
				'actorId',
				driver.message ?? 'The one who acts is no user of the organization',
				driver.hint ?? 'Name one of its users.',
			);
	}
	return undefined;
}

const CONNECTION_ERRORS: Record<string, [message: string, remedy: string]> = {
	ECONNREFUSED: [
		'Nothing answers at this host and port',
		'Check host and port, and that PostgreSQL is running.',
	],
	ENOTFOUND: ['The host name is unknown', 'Check the host for a typing error.'],
	EAI_AGAIN: ['The host name could not be looked up', 'Check the network and the host name, then try again.'],
	EHOSTUNREACH: ['The host cannot be reached', 'Check the host, the network and the firewall.'],
	ENETUNREACH: ['The network of the host cannot be reached', 'Check the network and the firewall.'],
	ETIMEDOUT: ['The host did not answer in time', 'Check host, port and firewall.'],
	CONNECT_TIMEOUT: ['The host did not answer in time', 'Check host, port and firewall.'],
	ECONNRESET: ['The connection was cut', 'Try again. If it stays, check the TLS setting and the server log.'],
	EPIPE: ['The connection was cut', 'Try again. If it stays, check the server log.'],
	CONNECTION_CLOSED: [
		'The connection was closed by the server',
		'Try again. If it stays, check the server log.',
	],
	CONNECTION_ENDED: ['The connection was closed', 'Try again.'],
	CONNECTION_DESTROYED: ['The connection was closed', 'Try again.'],
	'28P01': ['User or password is wrong', 'Check user and password.'],
	'28000': [
		'The server refuses this login',
		'Check user, password, the TLS setting and the rules in pg_hba.conf.',
	],
	'3D000': ['The database does not exist', 'Check the database name.'],
	'53300': ['The server has no free connection', 'Raise max_connections or put PgBouncer in front.'],
	'57P01': ['The server is shutting down', 'Try again in a moment.'],
	'57P02': ['The server has crashed and is restarting', 'Try again in a moment.'],
	'57P03': ['The server is starting up', 'Try again in a moment.'],
	'42P01': ['The LMA schema is missing or out of date', 'Run `lma migrate` on this database.'],
	'3F000': ['The LMA schema is missing', 'Run `lma migrate` on this database.'],
	'42883': ['The LMA schema is missing or out of date', 'Run `lma migrate` on this database.'],
	'42703': ['The LMA schema is out of date', 'Run `lma migrate` on this database.'],
};

const TLS_CODES =
	/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL_)/;

function connectionError(code: string, driver: DriverError): LmaError | undefined {
	const tls = tlsError(code, driver.message ?? '');
	if (tls) return tls;
	// A role that is asked for; any other wrong parameter has the same code.
	if (code === '22023' && /\blma_(app|owner)\b/.test(driver.message ?? '')) {
		return new ConnectionError(
			`DATABASE_${code}`,
			'Database: the roles of LMA are missing on this server',
			'Check host and database, or run `lma migrate` there.',
		);
	}
	const known = CONNECTION_ERRORS[code];
	if (known) return new ConnectionError(`DATABASE_${code}`, `Database: ${known[0]}`, known[1]);
	if (TLS_CODES.test(code)) {
		return new ConnectionError(
			`DATABASE_${code}`,
			`Database: the server's certificate was not accepted (${code})`,
			'Give the CA certificate that signed it, use its exact host name, or choose the SSL mode "require".',
		);
	}
	if (code.startsWith('08')) {
		return new ConnectionError(`DATABASE_${code}`, 'Database: the connection failed', 'Try again.');
	}
	return undefined;
}

/** Client and server that do not agree on whether to encrypt, told apart by the text: the codes mean other things, too. */
function tlsError(code: string, message: string): LmaError | undefined {
	if (code === 'ECONNRESET' && message.includes('before secure TLS connection')) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not offer TLS',
			'Choose the SSL mode "disable", or turn TLS on in the server.',
		);
	}
	if (code === '28000' && message.includes('no encryption')) {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not accept this login without TLS',
			'Choose the SSL mode "require" or "verify-full".',
		);
	}
	return undefined;
}

function statementError(code: string, driver: DriverError): LmaError | undefined {
	switch (code) {
		case '42501':
			return new LmaError(
				'DATABASE_PERMISSION_DENIED',
				'Database: this login may not do that',
				'Use a login that is a member of lma_app, such as one made by `lma org login create`.',
			);
		case '25006':
			return new LmaError(
				'DATABASE_READ_ONLY',
				'Database: nothing may be changed here',
				'Use a credential that is not read-only, and the primary server rather than a replica.',
			);
		case '23503':
			return new ValidationError(
				driver.column_name ?? constraintField(driver.constraint_name),
				`A referenced row does not exist (${driver.constraint_name ?? 'foreign key'})`,
				'Check the ids: they must belong to the organization of the credential.',
			);
		case '23505':
			return new LmaError(
				'ALREADY_EXISTS',
				`Already exists (${driver.constraint_name ?? 'unique'})`,
				'Update the existing row instead.',
			);
		case '57014':
			return new LmaError(
				'DATABASE_TIMEOUT',
				'Database: the statement took too long',
				'Try with fewer items.',
			);
		case '40001':
		case '40P01':
			return new LmaError(
				'DATABASE_CONFLICT',
				'Database: two writes got into each other’s way',
				'Try again.',
			);
	}
	if (isTooLarge(code, driver)) {
		return new ValidationError(
			constraintField(driver.constraint_name),
			`A text or a JSON value is too large to be stored (${driver.constraint_name ?? `SQLSTATE ${code}`})`,
			'Shorten the values of this item: each may have 16 MB, JSON as it is when written out.',
		);
	}
	if (/^2[23]/.test(code)) {
		return new ValidationError(
			driver.column_name ?? constraintField(driver.constraint_name),
			`A value cannot be stored (${driver.constraint_name ?? `SQLSTATE ${code}`})`,
			'Check the values of this item.',
		);
	}
	return undefined;
}

/**
 * Larger than the checks on sizes allow, or than PostgreSQL can write out to measure it: above 1 GB (54000, and for the last
 * bytes below that an internal error, whose text is never translated).
 */
function isTooLarge(code: string, { constraint_name, message }: DriverError): boolean {
	switch (code) {
		case '23514':
			return constraint_name?.endsWith('_sizes_in_range') ?? false;
		case '54000':
			return true;
		case 'XX000':
			return message?.startsWith('invalid memory alloc request size') ?? false;
	}
	return false;
}

function unknownError(code: string, driver: DriverError): LmaError {
	if (/no ssl|does not support ssl|ssl/i.test(driver.message ?? '') && code === '') {
		return new ConnectionError(
			'DATABASE_TLS',
			'Database: the server does not offer TLS',
			'Choose the SSL mode "disable", or turn TLS on in the server.',
		);
	}
	return new LmaError(
		code === '' ? 'UNEXPECTED' : `DATABASE_${code}`,
		code === '' ? 'Something unexpected failed' : `Database error ${code}`,
		'Look into the log of PostgreSQL or n8n for the cause.',
	);
}

function constraintField(constraint: string | undefined): string {
	return constraint ?? 'value';
}
