import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import type { LmaCredentialData } from '../../cli/n8n/provision';
import { connect } from '../../db/client';
import { replaceScoringRules, type NewScoringRule } from '../../db/scoring';
import { inOrganization } from '../../db/tenancy';
import { createEmptyDatabases } from './databases';
import { lma } from './lma';

/** A database that an admin has set up for one organization, and an empty one for n8n. */
export interface PreparedDatabase {
	/** What `lma` needs to administer it. */
	env: { DATABASE_OWNER_URL: string; LMA_ENCRYPTION_KEY: string };
	workerUrl: string;
	n8nUrl: string;
	/** What the LMA credential in n8n gets. */
	credential: LmaCredentialData;
	/** Superuser. */
	sql: postgres.Sql;
	/** The login of the credential. */
	tenantSql: postgres.Sql;
	/** Ids of the sales representatives. */
	userIds: number[];
	drop(): Promise<void>;
}

/** Migrates a new database and adds an organization with users, scoring rules and a login, all by the `lma` command. */
export async function prepareDatabase(
	organization: string,
	{ users, scoringRules }: { users: number; scoringRules: NewScoringRule[] },
): Promise<PreparedDatabase> {
	const databases = await createEmptyDatabases();
	const { ownerUrl, n8nUrl, suffix } = databases;
	const logins = { worker: `lma_e2e_worker_${suffix}`, tenant: `lma_e2e_tenant_${suffix}` };
	const pools: postgres.Sql[] = [];
	const remove = async () => {
		for (const pool of pools) await pool.end({ timeout: 5 });
		await databases.drop(Object.values(logins));
	};
	try {
		const env = { DATABASE_OWNER_URL: ownerUrl, LMA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
		const workerPassword = randomBytes(12).toString('hex');
		await lma(['migrate', '--worker-login', logins.worker], env, workerPassword);
		await lma(['org', 'create', organization], env);
		const userIds: number[] = [];
		for (let n = 1; n <= users; n++) {
			const person = [
				'--email',
				`user${n}.${suffix}@acme.test`,
				'--first-name',
				'User',
				'--last-name',
				String(n),
			];
			userIds.push(Number((await lma(['org', 'user', 'add', organization, ...person], env))['id']));
		}
		const login = await lma(['org', 'login', 'create', organization, '--user', logins.tenant], env);
		const credential = { ...login, ssl: 'disable' } as unknown as LmaCredentialData;
		const tenantSql = connect(credential, { max: 2 });
		const sql = connect(ownerUrl, { max: 2 });
		pools.push(tenantSql, sql);
		await inOrganization(tenantSql, organization, (tx) => replaceScoringRules(tx, scoringRules));
		const workerUrl = new URL(ownerUrl);
		workerUrl.username = logins.worker;
		workerUrl.password = workerPassword;
		return { env, workerUrl: workerUrl.href, n8nUrl, credential, sql, tenantSql, userIds, drop: remove };
	} catch (error) {
		await remove();
		throw error;
	}
}
