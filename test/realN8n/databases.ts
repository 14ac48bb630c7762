import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { withDatabase } from '../setup/template';

/** Two empty databases on the server of the test run: one for the leads, one for n8n's own tables. */
export interface EmptyDatabases {
	/** A superuser of the database for the leads. */
	ownerUrl: string;
	n8nUrl: string;
	/** Unique in this server; logins belong to all of it. */
	suffix: string;
	/** Removes both, and the logins named. */
	drop(logins: string[]): Promise<void>;
}

/** Makes both databases. */
export async function createEmptyDatabases(): Promise<EmptyDatabases> {
	const { adminUrl } = inject('cluster');
	const suffix = randomBytes(4).toString('hex');
	const names = [`lma_e2e_${suffix}`, `n8n_e2e_${suffix}`] as const;
	await asAdmin(adminUrl, async (sql) => {
		for (const name of names) await sql`create database ${sql(name)}`;
	});
	return {
		ownerUrl: withDatabase(adminUrl, names[0]),
		n8nUrl: withDatabase(adminUrl, names[1]),
		suffix,
		drop: (logins) =>
			asAdmin(adminUrl, async (sql) => {
				for (const name of names) await sql`drop database if exists ${sql(name)} with (force)`;
				for (const login of logins) await sql`drop role if exists ${sql(login)}`;
			}),
	};
}

async function asAdmin(adminUrl: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
	const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
	try {
		await work(sql);
	} finally {
		await sql.end({ timeout: 5 });
	}
}
