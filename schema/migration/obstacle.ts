import { LmaError } from '../../domain/error/errors';
import type { FoundObject, SchemaState } from './schemaState';

const OWNER = 'lma_owner';
/** The first with `unique nulls not distinct` and `security_invoker` views. */
const OLDEST_SERVER = 150_000;
/** The first of the migrations that became one baseline before the first release. */
const FIRST_UNRELEASED = '0001_enums';
/** All rows that an empty database does not bring along, with the events that they had rather than new ones. */
const DUMP_OF_ROWS =
	'pg_dump --data-only --disable-triggers --load-via-partition-root -n public -n lma -T lma.migrations -T lma.partition_policy -T lma.worker_channels';
/** So many names in a message; the rest is counted. */
const NAMED = 5;

/**
 * Why a database may not be migrated to the migrations in `files`, or null when it may: what was found, and what to do.
 * Nothing has been changed by then.
 */
export function findObstacle(state: SchemaState, files: readonly string[]): LmaError | null {
	return (
		tooOld(state) ??
		halfAdopted(state) ??
		madeByAnother(state) ??
		ownedByAnother(state) ??
		(state.applied && findRecordProblem(state.applied, files))
	);
}

/**
 * What is wrong with a record of migrations, seen from a version that has `files`: null when it is the first so many
 * of them.
 */
export function findRecordProblem(applied: readonly string[], files: readonly string[]): LmaError | null {
	const unknown = applied.filter((name) => !files.includes(name));
	const newest = files.at(-1) ?? 'none';
	const unreleased = findUnreleased(unknown);
	if (unreleased) return unreleased;
	if (unknown.length > 0) {
		return new LmaError(
			'SCHEMA_NEWER',
			`The database is newer than this version of LMA: it has ${listNames(unknown)}, this version knows migrations up to ${newest}`,
			'Nothing was changed. Update n8n-nodes-lma to the version that migrated the database, or restore a backup from before.',
		);
	}
	const expected = files.slice(0, applied.length);
	const skipped = expected.find((name) => !applied.includes(name));
	const misplaced = skipped ?? expected.find((name, index) => applied[index] !== name);
	if (!misplaced) return null;
	return new LmaError(
		'MIGRATIONS_OUT_OF_ORDER',
		`The record of migrations has a gap: ${misplaced} ${skipped ? 'has not run' : 'ran out of order'}, and ${applied.at(-1)} has`,
		'Nothing was changed. lma.migrations was changed by hand, or the schema comes from an unreleased version: restore a backup in which the order is right.',
	);
}

/** What is wrong with a record that has migrations from before the first release, of which `names` are some: null when it has none. */
export function findUnreleased(names: readonly string[]): LmaError | null {
	if (!names.includes(FIRST_UNRELEASED)) return null;
	return new LmaError(
		'SCHEMA_UNRELEASED',
		`The database was made by a version of LMA from before its first release, whose migrations began with ${FIRST_UNRELEASED}`,
		`Nothing was changed. Run \`lma migrate\` on an empty database instead; what \`${DUMP_OF_ROWS}\` writes can be restored into it by a superuser.`,
	);
}

function tooOld({ serverVersion, serverVersionText }: SchemaState): LmaError | null {
	if (serverVersion >= OLDEST_SERVER) return null;
	return new LmaError(
		'SERVER_TOO_OLD',
		`The server is PostgreSQL ${serverVersionText}; LMA needs PostgreSQL 15 or newer`,
		'Nothing was changed. Upgrade the server, or use another.',
	);
}

function halfAdopted({ adoption, database }: SchemaState): LmaError | null {
	if (adoption === null || adoption === 'complete') return null;
	return new LmaError(
		'HALF_ADOPTED',
		`The adoption of database ${database} has begun and is not complete (${adoption})`,
		'Nothing was changed. Run `lma adopt` again: it continues where it stopped.',
	);
}

function madeByAnother({ hasRecord, objects, database }: SchemaState): LmaError | null {
	if (hasRecord) return null;
	const taken = objects.filter(({ name }) => name.startsWith('public.'));
	if (taken.length > 0) {
		return new LmaError(
			'MADE_BY_ANOTHER_PROGRAM',
			`Database ${database} has ${listNames(taken.map(({ name }) => name))}, but no record that LMA created them`,
			'Nothing was changed. If they follow the schema document, run `lma adopt`: it first shows what it would do. Otherwise name another database.',
		);
	}
	const ours = objects.filter(({ kind }) => kind !== 'schema');
	if (ours.length === 0) return null;
	return new LmaError(
		'RECORD_MISSING',
		`Schema lma in database ${database} has ${listNames(ours.map(({ name }) => name))}, but the record lma.migrations is missing`,
		'Nothing was changed. Restore the whole schema lma from a backup, or name another database.',
	);
}

function ownedByAnother({ hasRecord, applied, objects, database, login }: SchemaState): LmaError | null {
	const foreign = objects.filter(({ owner }) => owner !== OWNER);
	if (foreign.length > 0) {
		const owners = [...new Set(foreign.map(({ owner }) => owner))];
		return new LmaError(
			'OWNED_BY_ANOTHER',
			`In database ${database}, ${listNames(foreign.map(({ name }) => name))} ${foreign.length > 1 ? 'belong' : 'belongs'} to ${owners.join(' and ')}, not to ${OWNER}`,
			`Nothing was changed. If LMA may take over ${foreign.length > 1 ? 'them' : 'it'}, run ${listNames(foreign.map(takeOver))} as a superuser; otherwise name another database.`,
		);
	}
	if (!hasRecord || applied) return null;
	return new LmaError(
		'OWNED_BY_ANOTHER',
		`Database ${database} belongs to ${OWNER}, and the login ${login} is not a member of it`,
		`Nothing was changed. Connect as the login that ran \`lma migrate\` before, or let that user run \`grant ${OWNER} to ${login}\`.`,
	);
}

function takeOver({ kind, name }: FoundObject): string {
	return `\`alter ${kind} ${name} owner to ${OWNER}\``;
}

function listNames(names: string[]): string {
	const rest = names.length - NAMED;
	return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
