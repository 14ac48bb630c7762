import { configuration, type KnownError, service } from './knownError';

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
		...service,
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
	'53100': {
		...service,
		needsPerson: true,
		code: 'DATABASE_DISK_FULL',
		message: 'the disk of the server is full',
		remedy: 'Make room there.',
	},
	'53200': {
		...service,
		code: 'DATABASE_OUT_OF_MEMORY',
		message: 'the server has no memory left',
		remedy: 'Try again with fewer items.',
	},
	'53400': {
		...configuration,
		code: 'DATABASE_LIMIT_EXCEEDED',
		message: 'a limit of the server was exceeded, such as temp_file_limit',
		remedy: 'Try with fewer items, or raise the limit.',
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
