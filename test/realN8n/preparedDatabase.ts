import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';

import { connect } from '../../db/connection/client';
import { createEmptyDatabases } from './databases';
import { lma } from './lma';
import {
	type OrganizationOptions,
	type PreparedOrganization,
	prepareOrganization,
	tenantLogin,
} from './organization';

/** A migrated database for the leads, and an empty one for n8n. */
export interface PreparedDatabase {
	/** What `lma` needs to administer it. */
	env: { DATABASE_OWNER_URL: string; LMA_ENCRYPTION_KEY: string };
	workerUrl: string;
	n8nUrl: string;
	/** Superuser. */
	sql: postgres.Sql;
	/** Adds an organization; `drop` closes its connections. */
	addOrganization(slug: string, options: OrganizationOptions): Promise<PreparedOrganization>;
	drop(): Promise<void>;
}

/** Migrates a new database by the `lma` command. */
export async function prepareDatabase(): Promise<PreparedDatabase> {
	const databases = await createEmptyDatabases();
	const { ownerUrl, n8nUrl, suffix } = databases;
	const logins = [`lma_e2e_worker_${suffix}`];
	const pools: postgres.Sql[] = [];
	const remove = async () => {
		for (const pool of pools) await pool.end({ timeout: 5 });
		await databases.drop(logins);
	};
	try {
		const env = { DATABASE_OWNER_URL: ownerUrl, LMA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
		const workerPassword = randomBytes(12).toString('hex');
		const workerUrl = new URL(ownerUrl);
		workerUrl.username = `lma_e2e_worker_${suffix}`;
		workerUrl.password = workerPassword;
		await lma(['migrate', '--worker-login', workerUrl.username], env, workerPassword);
		const sql = connect(ownerUrl, { max: 2 });
		pools.push(sql);
		const addOrganization = async (slug: string, options: OrganizationOptions) => {
			logins.push(tenantLogin(slug, suffix));
			const organization = await prepareOrganization(slug, env, suffix, options);
			pools.push(organization.tenantSql);
			return organization;
		};
		return { env, workerUrl: workerUrl.href, n8nUrl, sql, addOrganization, drop: remove };
	} catch (error) {
		await remove();
		throw error;
	}
}
