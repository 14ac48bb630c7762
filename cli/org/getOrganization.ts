import type { Sql } from '../../db/connection/client';
import { findOrganization } from '../../db/organization/organization';
import { LmaError } from '../../domain/error/errors';
import type { Organization } from '../../domain/organization/organization';

/**
 * The organization with this slug. Runs as the owner.
 * @throws LmaError `ORGANIZATION_NOT_FOUND`
 */
export async function getOrganization(sql: Sql, slug: string): Promise<Organization> {
	const found = await findOrganization(sql, slug);
	if (found) return found;
	throw new LmaError(
		'ORGANIZATION_NOT_FOUND',
		`Organization ${slug} not found`,
		'"lma org list" shows the existing ones, "lma org create" creates one.',
	);
}
