import type { ClientBase } from 'pg';

/**
 * The groups that logins are members of. None can log in, none has BYPASSRLS. They belong to the whole cluster, so
 * several LMA databases share them.
 *
 * `lma_owner` owns the schema · `lma_app` nodes; chooses its organization per transaction · `lma_tenant` member of
 * lma_app, bound to one organization · `lma_worker` all organizations, few columns · `lma_readonly` reads only.
 */
export const GROUP_ROLES = ['lma_owner', 'lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly'] as const;

/**
 * Makes the group roles where they are missing and lets the connected user act as lma_owner. Can be repeated, also
 * by several databases of the cluster at once. Needs CREATEROLE when a role is missing.
 */
export async function ensureRoles(client: ClientBase): Promise<void> {
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
	const { login, database } = rows[0]!;
	await grantIfMissing(client, 'lma_owner', login);
	const quoted = client.escapeIdentifier(database);
	await client.query(`
		grant create on database ${quoted} to lma_owner;
		grant usage, create on schema public to lma_owner`);
}

async function grantIfMissing(client: ClientBase, group: string, member: string): Promise<void> {
	const { rows } = await client.query<{ missing: boolean }>(
		`select not exists (
			select
			from pg_auth_members m
			where m.roleid = $1::text::regrole
				and m.member = (select oid from pg_roles where rolname = $2)
		) and not (select rolsuper from pg_roles where rolname = $2) as missing`,
		[group, member],
	);
	if (!rows[0]!.missing) return;
	// Concurrent grants of one membership fail with "tuple concurrently updated"; the lock is cluster-wide only
	// per database, so the loser looks again.
	try {
		await client.query(`grant ${group} to ${client.escapeIdentifier(member)}`);
	} catch (error) {
		const again = await client.query('select pg_has_role($1, $2, \'member\') as granted', [member, group]);
		if (!again.rows[0]?.granted) throw error;
	}
}
