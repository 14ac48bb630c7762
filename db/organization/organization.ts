import { parseInput } from '../../domain/input/parseInput';
import { LmaError } from '../../domain/error/errors';
import {
	type NewOrganization,
	newOrganizationSchema,
	type Organization,
} from '../../domain/organization/organization';
import { type NewUser, newUserSchema } from '../../domain/user/input';
import type { Sql } from '../connection/client';

/** Creates an organization. For administration: run it with `asOwner`. Throws when the slug is taken. */
export async function createOrganization(sql: Sql, input: NewOrganization): Promise<Organization> {
	const { slug, name, billingEmail } = parseInput(newOrganizationSchema, input);
	const [created] = await sql<Organization[]>`
		insert into organizations (slug, name, billing_email)
		values (${slug}, ${name}, ${billingEmail ?? null})
		on conflict (slug) do nothing
		returning *`;
	if (created) return created;
	throw new LmaError('ALREADY_EXISTS', `Organization ${slug} already exists`, 'Choose another slug.');
}

/** The organization with this slug, or null. For administration. */
export async function findOrganization(sql: Sql, slug: string): Promise<Organization | null> {
	const [found] = await sql<Organization[]>`
		select *
		from organizations
		where slug = ${slug}`;
	return found ?? null;
}

/** All organizations by slug. For administration. */
export function listOrganizations(sql: Sql) {
	return sql<Organization[]>`
		select *
		from organizations
		order by slug`;
}

/**
 * Adds users to an organization in one statement; the user name defaults to the e-mail address. They cannot log in
 * anywhere until another program gives them a password. Users whose address exists are left as they are, so it can be
 * repeated. Returns the ids of the new ones. For administration.
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
			username: rest.username ?? rest.email.slice(0, 100),
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
