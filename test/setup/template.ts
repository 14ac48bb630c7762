import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

import { migrate } from '../../schema/migration/migrate';

/** What the test files need to make databases of their own. */
export interface TestCluster {
	/** Superuser, database `postgres` or whatever TEST_DATABASE_URL names. */
	adminUrl: string;
	/** Name of the migrated database that is cloned. */
	template: string;
	/** Logins of this run, members of lma_app and lma_worker; `password` opens both. */
	appLogin: string;
	workerLogin: string;
	password: string;
	/** Prefix of every database of this run, so that two runs can share a server. */
	prefix: string;
}

/** Migrates one template database and makes the logins. The migration's own roles belong to the server and stay. */
export async function createTemplate(adminUrl: string): Promise<TestCluster> {
	const run = randomBytes(4).toString('hex');
	const prefix = `lma_test_${run}`;
	const cluster: TestCluster = {
		adminUrl,
		template: `${prefix}_template`,
		appLogin: `${prefix}_app`,
		workerLogin: `${prefix}_worker`,
		password: randomBytes(12).toString('hex'),
		prefix,
	};
	await asAdmin(adminUrl, (sql) => sql`create database ${sql(cluster.template)}`);
	await migrate(withDatabase(adminUrl, cluster.template));
	await asAdmin(adminUrl, async (sql) => {
		for (const [login, group] of [
			[cluster.appLogin, 'lma_app'],
			[cluster.workerLogin, 'lma_worker'],
		] as const) {
			await sql.unsafe(`create role ${login} login password '${cluster.password}' in role ${group}`);
		}
	});
	return cluster;
}

/** Removes every database and login of this run; needed only where the server outlives it. */
export async function dropTemplate(cluster: TestCluster): Promise<void> {
	await asAdmin(cluster.adminUrl, async (sql) => {
		const databases = await sql<{ datname: string }[]>`
			select datname
			from pg_database
			where starts_with(datname, ${cluster.prefix})`;
		for (const { datname } of databases) await sql`drop database if exists ${sql(datname)} with (force)`;
		for (const login of [cluster.appLogin, cluster.workerLogin]) await sql`drop role if exists ${sql(login)}`;
	});
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
	const changed = new URL(url);
	changed.pathname = `/${database}`;
	return changed.toString();
}

async function asAdmin(adminUrl: string, work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
	const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
	try {
		await work(sql);
	} finally {
		await sql.end({ timeout: 5 });
	}
}
