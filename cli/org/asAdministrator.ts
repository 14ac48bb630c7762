import type { Sql } from '../../db/connection/client';
import { asOwner } from '../../db/connection/owner';
import type { Organization } from '../../domain/organization/organization';
import { withOwner } from '../database';
import type { Terminal } from '../terminal/terminal';
import { getOrganization } from './getOrganization';

/**
 * Runs `work` as the owner, in one transaction, on the organization with this slug; a deactivated one is as good as any.
 *
 * @throws LmaError `ORGANIZATION_NOT_FOUND`
 */
export function asAdministrator<T>(
	terminal: Terminal,
	slug: string,
	work: (tx: Sql, organization: Organization) => PromiseLike<T>,
): Promise<T> {
	return withOwner(terminal, (sql) =>
		asOwner(sql, async (tx) => await work(tx, await getOrganization(tx, slug))),
	);
}
