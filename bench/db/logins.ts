import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';

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
	/** Owns the document's tables. */
	document: string;
	/** The tenant login of an organization, by its id. */
	tenant: (organizationId: number) => string;
}

/** The names of one run, with a new password. */
export function nameLogins(prefix: string): Logins {
	return {
		password: randomBytes(16).toString('hex'),
		app: `${prefix}_app`,
		worker: `${prefix}_worker`,
		document: `${prefix}_document`,
		tenant: (organizationId) => `${prefix}_tenant_${organizationId}`,
	};
}

/** Makes the logins of nodes, of the worker and of these organizations, or gives them the password. */
export async function makeLogins(
	adminUrl: string,
	organizations: readonly OrganizationShare[],
	{ app, worker, tenant, password }: Logins,
): Promise<void> {
	const sql = connect(adminUrl, { max: 1 });
	try {
		await createLogin(sql, 'lma_app', { user: app, password });
		await createLogin(sql, 'lma_worker', { user: worker, password });
		for (const { id } of organizations)
			await createTenantLogin(sql, slugOf(id), { user: tenant(id), password });
	} finally {
		await sql.end();
	}
}

/** Makes the owner of the document's tables, who finds them first. */
export async function makeDocumentOwner(sql: postgres.Sql, { document, password }: Logins): Promise<void> {
	const [existing] = await sql`select from pg_roles where rolname = ${document}`;
	const statement = existing ? 'alter' : 'create';
	await sql.unsafe(`${statement} role ${document} login password '${password}'`);
	await sql.unsafe(`alter role ${document} set search_path = document, public`);
}
