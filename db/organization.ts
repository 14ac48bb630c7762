import { z } from 'zod/v4';

import type { Sql } from './client';
import { LmaError } from './errors';
import { email, label, text } from './field';
import { USER_ROLES } from './user';

/** A row of `organizations`. */
export interface Organization {
	id: number;
	name: string;
	slug: string;
	description: string | null;
	website: string | null;
	industry: string | null;
	size: string | null;
	settings: Record<string, unknown> | null;
	subscriptionTier: string;
	billingEmail: string | null;
	isActive: boolean;
	createdAt: string;
	updatedAt: string;
}

export const newOrganizationSchema = z.strictObject({
	slug: text(100).regex(/^[a-z0-9][a-z0-9-]*$/, 'is not a slug; use small letters, digits and hyphens'),
	name: text(255).min(1, 'is empty; name the organization'),
	billingEmail: email.nullish(),
});
export type NewOrganization = z.input<typeof newOrganizationSchema>;

export const newUserSchema = z.strictObject({
	email,
	username: text(100).min(1, 'is empty; choose one').optional(),
	firstName: text(100).min(1, 'is empty; write the first name'),
	lastName: text(100).min(1, 'is empty; write the last name'),
	role: label(USER_ROLES).default('SALES_REP'),
	timezone: text(50).default('UTC'),
});
export type NewUser = z.input<typeof newUserSchema>;

/** Creates an organization. For administration: run it with `asOwner`. Throws when the slug is taken. */
export async function createOrganization(sql: Sql, input: NewOrganization): Promise<Organization> {
	const { slug, name, billingEmail } = newOrganizationSchema.parse(input);
	const [created] = await sql<Organization[]>`
		insert into organizations (slug, name, billing_email)
		values (${slug}, ${name}, ${billingEmail ?? null})
		on conflict (slug) do nothing
		returning *`;
	if (created) return created;
	throw new LmaError('ALREADY_EXISTS', `Organization ${slug} exists already`, 'Choose another slug.');
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
		const { firstName, lastName, ...rest } = newUserSchema.parse(user);
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
