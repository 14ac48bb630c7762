import { configuration, type ErrorTraits, input, program, service } from './knownError';

/** Each code of an `LmaError` that code gives by name, by whose fault it is. Those of missing rows end in `_NOT_FOUND`. */
const BY_INPUT = [
	'ALREADY_EXISTS',
	'CONFLICT',
	'INVALID_PARAMETER',
	'INVALID_VALUE',
	'LEAD_FILE_UNCLEAR',
	'LEAD_FILE_UNREADABLE',
	'NOTHING_MATCHED',
	'NOT_LOOKED_UP',
	'SEND_BLOCKED',
	'UNKNOWN_OPERATION',
];
const BY_CONFIGURATION = [
	'ADOPTION_FAILED',
	'ADOPTION_UNANSWERED',
	'ALREADY_MIGRATED',
	'CANNOT_CREATE_DATABASE',
	'CANNOT_LISTEN',
	'CHANNEL_NOT_FOUND',
	'DATABASE_TLS',
	'CONNECTION_UNUSABLE',
	'ENCRYPTION_KEY_DIFFERS',
	'ENCRYPTION_KEY_MISSING',
	'HALF_ADOPTED',
	'INTEGRATION_UNUSABLE',
	'INVALID_DATABASE_URL',
	'INVALID_ENCRYPTION_KEY',
	'INVALID_ENVIRONMENT',
	'INVALID_SETTING',
	'LOGIN_PERMISSION_DENIED',
	'MADE_BY_ANOTHER_PROGRAM',
	'MIGRATIONS_MISSING',
	'MIGRATIONS_OUT_OF_ORDER',
	'MIGRATIONS_PENDING',
	'MIGRATION_FAILED',
	'N8N_FORBIDDEN',
	'N8N_REJECTED',
	'N8N_UNAUTHORIZED',
	'NOT_AN_LMA_DATABASE',
	'ORGANIZATION_INACTIVE',
	'ORGANIZATION_NOT_FOUND',
	'OWNED_BY_ANOTHER',
	'OWNER_NEEDED',
	'PORT_TAKEN',
	'READ_ONLY_CREDENTIAL',
	'RECORD_MISSING',
	'REFERENCE_NOT_EMPTY',
	'ROLES_MISSING',
	'SCHEMA_MISSING',
	'SCHEMA_NEWER',
	'SCHEMA_UNRELEASED',
	'SECRET_UNREADABLE',
	'SERVER_TOO_OLD',
	'WORKER_LOGIN_UNFIT',
];
const BY_SERVICE = [
	'ABORTED',
	'ADOPTION_LOCKED_OUT',
	'ADOPTION_RUNNING',
	'CONNECTION_LOST',
	'DATABASE_SILENT',
	'EXECUTION_NOT_STARTED',
	'EXECUTION_RETRY_PUT_OFF',
	'FEED_CLOSED',
	'N8N_MALFORMED',
	'N8N_OVERLOADED',
	'N8N_UNREACHABLE',
	'QUEUE_UNAVAILABLE',
	'REQUEST_FAILED',
];

const OWN_CODES: ReadonlyMap<string, ErrorTraits> = new Map<string, ErrorTraits>([
	...BY_INPUT.map((code) => [code, input] as const),
	...BY_CONFIGURATION.map((code) => [code, configuration] as const),
	...BY_SERVICE.map((code) => [code, service] as const),
	['UNEXPECTED', program],
]);

/** The traits of a code of our own; undefined when it is none. */
export function ownTraits(code: string): ErrorTraits | undefined {
	return OWN_CODES.get(code) ?? (/^[A-Z_]+_NOT_FOUND$/.test(code) ? input : undefined);
}
