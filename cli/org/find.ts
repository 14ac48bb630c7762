import type { Sql } from '../../db/client';
import { LmaError } from '../../db/errors';
import { findOrganization, type Organization } from '../../db/organization';

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
		'"lma org list" shows the ones that exist, "lma org create" makes one.',
	);
}
