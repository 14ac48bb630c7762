import type { Client } from '../../../db/connection/pgConfig';
import { LmaError } from '../../../domain/error/errors';
import type { Login } from '../plan/context';

const OLDEST_SERVER = 150_000;

interface Found {
	version: number;
	versionText: string;
	database: string;
	login: string;
	isSuperuser: boolean;
	createsDatabases: boolean;
	silences: boolean;
	missing: string[];
	hasRecord: boolean;
	isMigrated: boolean;
	strangers: string[];
}

/** Refuses what cannot be adopted, before anything is made. Returns who is connected. */
export async function checkAdoptable(
	client: Client,
	{ needsDatabase, roles }: { needsDatabase: boolean; roles: readonly string[] },
): Promise<Login> {
	const { rows } = await client.query<Found>(
		`select current_setting('server_version_num')::int as version, current_setting('server_version') as "versionText",
			current_database() as database, current_user as login, r.rolsuper as "isSuperuser",
			r.rolsuper or r.rolcreatedb as "createsDatabases",
			has_parameter_privilege('session_replication_role', 'SET') as silences,
			array(
				select name from unnest(array['organizations', 'users', 'leads']) name
				where to_regclass('public.' || name) is null
			) as missing,
			to_regclass('lma.adoption') is not null as "hasRecord", to_regclass('lma.migrations') is not null as "isMigrated",
			array(
				select distinct pg_get_userbyid(c.relowner)::text
				from pg_class c
				where c.oid in (to_regclass('public.organizations'), to_regclass('public.users'), to_regclass('public.leads'),
						to_regclass('public.communications'), to_regclass('public.campaigns'), to_regclass('public.workflows'))
					and not pg_has_role(c.relowner, 'USAGE')
			) as strangers
		from pg_roles r
		where r.rolname = current_user`,
	);
	const found = rows[0];
	if (!found) throw new LmaError('UNEXPECTED', 'The login has no role', 'Connect again.');
	const problem = findProblem(found, needsDatabase);
	if (problem) throw problem;
	await requireRoles(client, roles);
	return { name: found.login, isSuperuser: found.isSuperuser, canSilenceTriggers: found.silences };
}

function findProblem(found: Found, needsDatabase: boolean): LmaError | null {
	const { version, versionText, database, missing, login, strangers } = found;
	if (version < OLDEST_SERVER)
		return refuse(
			'SERVER_TOO_OLD',
			`The server is PostgreSQL ${versionText}; LMA needs PostgreSQL 15 or newer`,
			'Upgrade the server first.',
		);
	if (missing.length > 0)
		return refuse(
			'NOT_AN_LMA_DATABASE',
			`Database ${database} has no table ${missing.join(', ')}`,
			'Only a database that follows the schema document can be adopted; `lma migrate` creates the schema in an empty database.',
		);
	if (found.isMigrated && !found.hasRecord)
		return refuse(
			'ALREADY_MIGRATED',
			`Database ${database} was made by LMA itself`,
			'There is nothing to adopt: `lma migrate` keeps it up to date.',
		);
	if (strangers.length > 0)
		return refuse(
			'OWNED_BY_ANOTHER',
			`The tables of ${database} belong to ${strangers.join(', ')}, and ${login} may not act as ${strangers.join(' or ')}`,
			`Connect as a superuser, or run \`grant ${strangers.join(', ')} to ${login}\`.`,
		);
	if (needsDatabase && !found.createsDatabases)
		return refuse(
			'CANNOT_CREATE_DATABASE',
			`${login} may not create databases, and adoption compares with a fresh one`,
			`Run \`alter role ${login} createdb\`, or name an empty database with --reference-url.`,
		);
	return null;
}

function refuse(code: string, message: string, remedy: string): LmaError {
	return new LmaError(code, message, `Nothing was changed. ${remedy}`);
}

/** A role that would be let through must exist, and must not be one that tenants act as. */
async function requireRoles(client: Client, roles: readonly string[]): Promise<void> {
	const { rows } = await client.query<{ role: string; exists: boolean; isOurs: boolean }>(
		`select named.role, r.oid is not null as exists,
			named.role = 'public' or starts_with(named.role, 'lma_') and named.role in
				('lma_owner', 'lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly')
			or coalesce((
				select bool_or(pg_has_role(ours.oid, r.oid, 'MEMBER'))
				from pg_roles ours where ours.rolname in ('lma_app', 'lma_tenant', 'lma_readonly') and not ours.rolsuper
			), false) as "isOurs"
		from unnest($1::text[]) as named(role)
		left join pg_roles r on r.rolname = named.role`,
		[roles],
	);
	for (const { role, exists, isOurs } of rows) {
		if (isOurs)
			throw new LmaError(
				'INVALID_VALUE',
				`--platform-role ${role} would show every organization to tenants`,
				'Name only the role of the other program.',
			);
		if (!exists)
			throw new LmaError(
				'ROLE_NOT_FOUND',
				`The role ${role} does not exist`,
				'Check --platform-role for typos; `lma adopt` lists the roles concerned.',
			);
	}
}
