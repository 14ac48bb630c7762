import { configuration, type KnownError, service } from './knownError';

const SCHEMA_MISSING = {
	...configuration,
	message: 'The LMA schema is missing',
	remedy: 'Run `lma migrate` on this database.',
};
/** A table, column or function that is not there: or one that a statement of ours spells wrongly. */
const SCHEMA_OLD = {
	...SCHEMA_MISSING,
	isSuspect: true,
	message: 'The LMA schema is missing or out of date',
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

const IDLE = { ...service, message: 'The server ended an idle transaction', remedy: 'Try again.' };
const OPEN_TOO_LONG = {
	...service,
	message: 'The server ended a transaction that was open too long',
	remedy: 'Try again.',
};
const NO_LOOKUP = {
	...service,
	message: 'The host name could not be looked up',
	remedy: 'Check the network and the host name, then try again.',
};
const NO_HOST = {
	...service,
	message: 'The host cannot be reached',
	remedy: 'Check the host, the network and the firewall.',
};
const NO_NETWORK = {
	...service,
	message: 'The network of the host cannot be reached',
	remedy: 'Check the network and the firewall.',
};

/** Failures of a connection: of Node.js, of the database driver, and SQLSTATEs. */
export const CONNECTION_ERRORS: Readonly<Record<string, KnownError>> = {
	ECONNREFUSED: {
		...service,
		message: 'Nothing answers at this host and port',
		remedy: 'Check host and port, and that PostgreSQL is running.',
		remedyElsewhere: 'Check host and port, and that the server is running.',
	},
	ENOTFOUND: {
		...service,
		message: 'The host name is unknown',
		remedy: 'Check the host name for typos.',
	},
	EAI_AGAIN: NO_LOOKUP,
	EAI_FAIL: NO_LOOKUP,
	EHOSTUNREACH: NO_HOST,
	EHOSTDOWN: NO_HOST,
	ENETUNREACH: NO_NETWORK,
	ENETDOWN: NO_NETWORK,
	EADDRNOTAVAIL: {
		...service,
		message: 'This machine has no port left for one more connection',
		remedy: 'Try again in a moment. If the problem persists, put PgBouncer in front.',
		remedyElsewhere: 'Try again in a moment.',
	},
	ETIMEDOUT: SLOW,
	CONNECT_TIMEOUT: SLOW,
	ECONNRESET: CUT,
	ECONNABORTED: CUT,
	ENETRESET: CUT,
	ENOTCONN: CUT,
	EPIPE: CUT,
	CONNECTION_CLOSED: {
		...service,
		message: 'The connection was closed by the server',
		remedy: 'Try again. If the problem persists, check the server log.',
	},
	CONNECTION_ENDED: CLOSED,
	CONNECTION_DESTROYED: CLOSED,
	SASL_SIGNATURE_MISMATCH: {
		...configuration,
		message: 'The server did not prove that it knows the password',
		remedy: 'Check host, port and password.',
	},
	AUTH_TYPE_NOT_IMPLEMENTED: {
		...configuration,
		message: 'The server asks for a way to log in that is not supported',
		remedy: 'Use scram-sha-256 in pg_hba.conf.',
	},
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
	'57P04': { ...configuration, message: 'The database was removed', remedy: 'Check the database name.' },
	'57P05': CLOSED,
	// A process that was halted in the middle of a transaction: a laptop that slept, a container that was paused.
	'25P03': IDLE,
	'25P04': OPEN_TOO_LONG,
	'42P01': SCHEMA_OLD,
	'3F000': SCHEMA_MISSING,
	'42883': SCHEMA_OLD,
	'42703': { ...SCHEMA_OLD, message: 'The LMA schema is out of date' },
};
