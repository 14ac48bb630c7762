/**
 * Who has to act on an error: `input` whoever gave the values, `configuration` whoever set up login, server or schema,
 * `service` nobody (a server is away, or busy), `program` the makers of LMA.
 */
export type Fault = 'configuration' | 'input' | 'program' | 'service';

/** What is known of an error by its code. */
export interface ErrorTraits {
	fault: Fault;
	/** The same work may succeed when it is done again a little later. */
	canRetry: boolean;
	/** It goes on failing until somebody has changed something. */
	needsPerson: boolean;
}

/** An error in words, and its traits. */
export interface KnownError extends ErrorTraits {
	message: string;
	remedy: string;
}

/** The traits that most errors of one fault share. */
export const configuration = { fault: 'configuration', canRetry: false, needsPerson: true } as const;
export const service = { fault: 'service', canRetry: true, needsPerson: false } as const;
export const input = { fault: 'input', canRetry: false, needsPerson: true } as const;
export const program = { fault: 'program', canRetry: false, needsPerson: true } as const;

/** SQLSTATEs that code asks for by name (PostgreSQL, Appendix A). */
export const SQLSTATE = {
	checkViolation: '23514',
	deadlockDetected: '40P01',
	featureNotSupported: '0A000',
	insufficientPrivilege: '42501',
	lockNotAvailable: '55P03',
	queryCanceled: '57014',
	serializationFailure: '40001',
} as const;

const SCHEMA_OLD = {
	...configuration,
	message: 'The LMA schema is missing or out of date',
	remedy: 'Run `lma migrate` on this database.',
};
const CUT = {
	...service,
	message: 'The connection was cut',
	remedy: 'Try again. If the problem persists, check the TLS setting and the server log.',
};
const SLOW = {
	...service,
	message: 'The host did not answer in time',
	remedy: 'Check host, port and firewall.',
};
const CLOSED = { ...service, message: 'The connection was closed', remedy: 'Try again.' };

/** Failures of a connection: of Node.js, of the database driver, and SQLSTATEs. */
export const CONNECTION_ERRORS: Readonly<Record<string, KnownError>> = {
	ECONNREFUSED: {
		...service,
		message: 'Nothing answers at this host and port',
		remedy: 'Check host and port, and that PostgreSQL is running.',
	},
	ENOTFOUND: {
		...service,
		message: 'The host name is unknown',
		remedy: 'Check the host name for typos.',
	},
	EAI_AGAIN: {
		...service,
		message: 'The host name could not be looked up',
		remedy: 'Check the network and the host name, then try again.',
	},
	EHOSTUNREACH: {
		...service,
		message: 'The host cannot be reached',
		remedy: 'Check the host, the network and the firewall.',
	},
	ENETUNREACH: {
		...service,
		message: 'The network of the host cannot be reached',
		remedy: 'Check the network and the firewall.',
	},
	ETIMEDOUT: SLOW,
	CONNECT_TIMEOUT: SLOW,
	ECONNRESET: CUT,
	ECONNABORTED: CUT,
	EPIPE: CUT,
	CONNECTION_CLOSED: {
		...service,
		message: 'The connection was closed by the server',
		remedy: 'Try again. If the problem persists, check the server log.',
	},
	CONNECTION_ENDED: CLOSED,
	CONNECTION_DESTROYED: CLOSED,
	'28P01': {
		...configuration,
		message: 'User or password is wrong',
		remedy: 'Check user and password.',
	},
	'28000': {
		...configuration,
		message: 'The server refuses this login',
		remedy: 'Check user, password, the TLS setting and the rules in pg_hba.conf.',
	},
	'3D000': { ...configuration, message: 'The database does not exist', remedy: 'Check the database name.' },
	'53300': {
		...service,
		message: 'The server has no free connection',
		remedy: 'Raise max_connections or put PgBouncer in front.',
	},
	'57P01': { ...service, message: 'The server is shutting down', remedy: 'Try again in a moment.' },
	'57P02': {
		...service,
		message: 'The server has crashed and is restarting',
		remedy: 'Try again in a moment.',
	},
	'57P03': { ...service, message: 'The server is starting up', remedy: 'Try again in a moment.' },
	'42P01': SCHEMA_OLD,
	'3F000': { ...SCHEMA_OLD, message: 'The LMA schema is missing' },
	'42883': SCHEMA_OLD,
	'42703': { ...SCHEMA_OLD, message: 'The LMA schema is out of date' },
};

/** Failures of single statements, by SQLSTATE. */
export const STATEMENT_ERRORS: Readonly<Record<string, KnownError & { code: string }>> = {
	[SQLSTATE.insufficientPrivilege]: {
		...configuration,
		code: 'DATABASE_PERMISSION_DENIED',
		message: 'this login may not do that',
		remedy: 'Use a login that is a member of lma_app, such as one made by `lma org login create`.',
	},
	'25006': {
		...configuration,
		code: 'DATABASE_READ_ONLY',
		message: 'nothing may be changed here',
		remedy: 'Use a credential that is not read-only, and the primary server rather than a replica.',
	},
	[SQLSTATE.queryCanceled]: {
		fault: 'service',
		canRetry: true,
		needsPerson: false,
		code: 'DATABASE_TIMEOUT',
		message: 'the statement took too long',
		remedy: 'Try with fewer items.',
	},
	[SQLSTATE.serializationFailure]: conflict(),
	[SQLSTATE.deadlockDetected]: conflict(),
	[SQLSTATE.lockNotAvailable]: {
		...service,
		code: 'DATABASE_LOCKED',
		message: 'another session holds a lock on the rows or the table',
		remedy: 'Try again when it has finished.',
	},
};

function conflict() {
	return {
		...service,
		code: 'DATABASE_CONFLICT',
		message: 'two writes conflicted with each other',
		remedy: 'Try again.',
	};
}
