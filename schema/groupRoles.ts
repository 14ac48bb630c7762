import type { ClientBase } from '../db/connection/pgConfig';
import { reasonInWords } from '../db/connection/error/reasonInWords';
import { codeOf } from '../domain/error/errorCause';
import { LmaError } from '../domain/error/errors';
import { SQLSTATE } from '../domain/error/statementCode';

/**
 * The groups that logins are members of. None can log in, none has BYPASSRLS. They belong to the whole cluster, so
 * several LMA databases share them.
 *
 * `lma_owner` owns the schema · `lma_app` nodes; chooses its organization per transaction · `lma_tenant` member of
 * lma_app, bound to one organization · `lma_worker` all organizations, few columns · `lma_readonly` reads only.
 */
export const GROUP_ROLES = ['lma_owner', 'lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly'] as const;

/**
 * Makes the group roles where they are missing and lets the connected user act as lma_owner and lma_app. Can be repeated, also
 * by several databases of the cluster at once. Throws when the connected user lacks the privilege.
 */
export async function ensureRoles(client: ClientBase): Promise<void> {
	try {
		await makeRoles(client);
	} catch (error) {
		throw new LmaError(
			'ROLES_MISSING',
			`The roles of LMA cannot be set up: ${reasonInWords(error)}`,
			'Connect as a superuser, or as a user with CREATEROLE and CREATE on the database. If another user created ' +
				'the roles before, let that user run `grant lma_owner to …`.',
			{ cause: error },
		);
	}
}

async function makeRoles(client: ClientBase): Promise<void> {
	for (const role of GROUP_ROLES) {
		await client.query(`
			do $$
			begin
				create role ${role} nologin;
			exception
				-- The other two when another database of the cluster makes it at the same moment.
				when duplicate_object or unique_violation then null;
			end
			$$`);
	}
	await grantIfMissing(client, 'lma_app', 'lma_tenant');
	const { rows } = await client.query<{ login: string; database: string }>(
		'select current_user as login, current_database() as database',
	);
	for (const { login, database } of rows) {
		await grantIfMissing(client, 'lma_owner', login);
		// Commands that read and write leads do so as nodes do. Whoever did not make the roles may be unable to grant it;
		// those commands then say who can.
		await grantIfMissing(client, 'lma_app', login).catch((error: unknown) => {
			if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error;
		});
		await client.query(`grant create on database ${client.escapeIdentifier(database)} to lma_owner`);
	}
	await client.query('grant usage, create on schema public to lma_owner');
	// As new databases have it from PostgreSQL 15 on. A function of one login there would run as whoever calls a function
	// of that name. When the schema is another user's, this is a warning and changes nothing.
	await client.query('revoke create on schema public from public');
}

/** Makes `member` a member of `group` that may also act as it; from PostgreSQL 16 on those are two things. */
async function grantIfMissing(client: ClientBase, group: string, member: string): Promise<void> {
	const isGranted = async () => {
		const { rows } = await client.query<{ granted: boolean }>(
			`select r.rolsuper or exists (
				select
				from pg_auth_members m
				where m.roleid = $1::text::regrole
					and m.member = r.oid
					and coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
			) as granted
			from pg_roles r
			where r.rolname = $2`,
			[group, member],
		);
		return rows[0]?.granted ?? false;
	};
	if (await isGranted()) return;
	try {
		await client.query(`grant ${group} to ${client.escapeIdentifier(member)}`);
	} catch (error) {
		// Another database of the cluster may have granted it at the same moment.
		if (!(await isGranted())) throw error;
	}
}
