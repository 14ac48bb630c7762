import { randomBytes } from 'node:crypto';

import { connect } from '../../db/connection/client';
import { createLogin } from '../../schema/login/loginRole';
import { createTenantLogin } from '../../schema/login/tenantLogin';
import type { OrganizationShare } from './data/distribution';
import { slugOf } from './data/organizations';

/** Names of the PostgreSQL roles, all with the one password. */
export interface Logins {
	password: string;
	app: string;
	worker: string;
	/** Row security does not bind it: the login of the floors. */
	floor: string;
	/** The tenant login of an organization, by its id. */
	tenant: (organizationId: number) => string;
}

/** The names of one run, with a new password. */
export function nameLogins(prefix: string): Logins {
	return {
		password: randomBytes(16).toString('hex'),
		app: `${prefix}_app`,
		worker: `${prefix}_worker`,
		floor: `${prefix}_floor`,
		tenant: (organizationId) => `${prefix}_tenant_${organizationId}`,
	};
}

/** Makes the logins of nodes, of the worker, of the floors and of these organizations, or gives them the password. */
export async function makeLogins(
	adminUrl: string,
	organizations: readonly OrganizationShare[],
	{ app, worker, floor, tenant, password }: Logins,
): Promise<void> {
	const sql = connect(adminUrl, { max: 1 });
	try {
		await createLogin(sql, 'lma_app', { user: app, password });
		await createLogin(sql, 'lma_worker', { user: worker, password });
		await createLogin(sql, 'lma_app', { user: floor, password });
		await sql`alter role ${sql(floor)} bypassrls`;
		// What the floors say themselves, functions of the owner say for everybody else.
		await sql`grant lma_owner to ${sql(floor)}`;
		for (const { id } of organizations)
			await createTenantLogin(sql, slugOf(id), { user: tenant(id), password });
	} finally {
		await sql.end();
	}
}
