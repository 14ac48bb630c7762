import { parseInput } from '../../domain/input/parseInput';
import { LmaError } from '../../domain/error/errors';
import {
	type NewOrganization,
	newOrganizationSchema,
	type Organization,
} from '../../domain/organization/organization';
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
