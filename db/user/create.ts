import { parseInput } from '../../domain/input/parseInput';
import { type NewUser, newUserSchema } from '../../domain/user/input';
import { usernameOf } from '../../domain/user/username';
import type { Sql } from '../connection/client';

/**
 * Adds users to an organization in one statement; the user name defaults to the e-mail address. They cannot log in
 * anywhere until another program gives them a password. Users whose address or name exists are left as they are, so it can be
 * repeated. Returns the ids of the new ones. For administration: run it with `asOwner`.
 */
export async function createUsers(
	sql: Sql,
	organizationId: number,
	users: readonly NewUser[],
): Promise<number[]> {
	const input = users.map((user) => {
		const { firstName, lastName, ...rest } = parseInput(newUserSchema, user);
		return {
			...rest,
			username: rest.username ?? usernameOf(rest.email),
			first_name: firstName,
			last_name: lastName,
		};
	});
	// '!' is the hash of no password.
	const rows = await sql<{ id: number }[]>`
		insert into users (email, username, first_name, last_name, role, timezone, hashed_password, organization_id)
		select u.email, u.username, u.first_name, u.last_name, u.role, u.timezone, '!', ${organizationId}
		from jsonb_populate_recordset(null::users, ${sql.json(input)}) as u
		on conflict do nothing
		returning id`;
	return rows.map(({ id }) => id);
}
