import { parseInput } from '../../domain/input/parseInput';
import { LmaError } from '../../domain/error/errors';
import {
	type NewOrganization,
	newOrganizationSchema,
	type Organization,
	type OrganizationPatch,
	organizationPatchSchema,
} from '../../domain/organization/organization';
import type { Sql } from '../connection/client';

/**
 * Creates an organization. For administration: run it with `asOwner`.
 *
 * @throws LmaError `ALREADY_EXISTS` when the slug is taken
 */
export async function createOrganization(sql: Sql, input: NewOrganization): Promise<Organization> {
	const organization = parseInput(newOrganizationSchema, input);
	const row = toRow(organization);
	const [created] = await sql<Organization[]>`
		insert into organizations ${sql(row)}
		on conflict (slug) do nothing
		returning *`;
	if (created) return created;
	throw slugTaken(organization.slug);
}

/**
 * Changes an organization; what is left out stays, null clears it. Credentials and programs that name the old slug are
 * refused from then on. Can be repeated. For administration: run it with `asOwner`.
 *
 * @throws LmaError `ALREADY_EXISTS` when the slug is another's
 */
export async function updateOrganization(
	sql: Sql,
	organizationId: number,
	patch: OrganizationPatch,
): Promise<Organization> {
	const changes = parseInput(organizationPatchSchema, patch);
	const other = changes.slug === undefined ? null : await findOrganization(sql, changes.slug);
	if (other && other.id !== organizationId) throw slugTaken(other.slug);
	const [updated] = await sql<[Organization]>`
		update organizations
		set ${sql(toRow(changes))}
		where id = ${organizationId}
		returning *`;
	return updated;
}

function toRow(fields: OrganizationPatch): Record<string, string | null> {
	const columns = {
		slug: fields.slug,
		name: fields.name,
		description: fields.description,
		website: fields.website,
		industry: fields.industry,
		size: fields.size,
		subscription_tier: fields.subscriptionTier,
		billing_email: fields.billingEmail,
	};
	const given = Object.entries(columns).filter(
		(column): column is [string, string | null] => column[1] !== undefined,
	);
	return Object.fromEntries(given);
}

function slugTaken(slug: string): LmaError {
	return new LmaError('ALREADY_EXISTS', `Organization ${slug} already exists`, 'Choose another slug.');
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
