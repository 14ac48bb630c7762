import postgres from 'postgres';
import { inject } from 'vitest';
import { startTestPostgres } from './postgres';
import { createTemplate, type TestCluster, withDatabase } from './template';

/** A database of its own for one test file. */
export interface TestDatabase {
	/** Superuser: may do everything, row security does not apply. */
	ownerUrl: string;
	/** A login in `lma_app`, as the nodes use it. */
	appUrl: string;
	/** A login in `lma_worker`. */
	workerUrl: string;
	/** Ends whatever is still connected and removes the database. */
	drop(): Promise<void>;
}

/** Clones the migrated template of the run, or of the cluster given. Call `drop()` in `afterAll`. */
export async function createTestDatabase(cluster: TestCluster = inject('cluster')): Promise<TestDatabase> {
	const { adminUrl, template, prefix, appLogin, workerLogin, password } = cluster;
	const name = `${prefix}_${crypto.randomUUID().slice(0, 8)}`;
	await once(adminUrl, (sql) => sql`create database ${sql(name)} template ${sql(template)}`);
	const ownerUrl = withDatabase(adminUrl, name);
	return {
		ownerUrl,
		appUrl: withLogin(ownerUrl, appLogin, password),
		workerUrl: withLogin(ownerUrl, workerLogin, password),
		drop: () => once(adminUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
	};
}

/**
 * A database on a server of its own, where no transaction of another test holds up events. With TEST_DATABASE_URL it
 * is one on the server of the run, so that such tests run alone then.
 */
export async function createTestServer(): Promise<TestDatabase> {
	if (process.env.TEST_DATABASE_URL) return createTestDatabase();
	const server = await startTestPostgres();
	try {
		const database = await createTestDatabase(await createTemplate(server.adminUrl));
		return { ...database, drop: () => server.stop() };
	} catch (error) {
		await server.stop();
		throw error;
	}
}

/** An organization with its users, as a test needs it. */
export interface SeededOrganization {
	id: number;
	slug: string;
	/** In the order of the e-mail addresses `user1@<slug>.test`, `user2@…`; all active sales representatives. */
	userIds: number[];
}

/** Inserts an organization with `users` (default 2) sales representatives as the owner. */
export async function seedOrganization(
	ownerUrl: string,
	slug: string,
	{ users = 2 }: { users?: number } = {},
): Promise<SeededOrganization> {
	const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
	try {
		const [organization] = await sql<{ id: number }[]>`
			insert into organizations (name, slug)
			values (${slug}, ${slug})
			returning id`;
		if (!organization) throw new Error(`Organization ${slug} was not inserted`);
		const created = await sql<{ id: number }[]>`
			insert into users (email, username, first_name, last_name, hashed_password, organization_id)
			select
				format('user%s@%s.test', n, ${slug}::text), format('%s-user%s', ${slug}::text, n), 'User', n::text, '!',
				${organization.id}
			from generate_series(1, ${users}::int) n
			order by n
			returning id`;
		return { id: organization.id, slug, userIds: created.map(({ id }) => id) };
	} finally {
		await sql.end({ timeout: 5 });
	}
}

async function once(url: string, work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
	const sql = postgres(url, { max: 1, onnotice: () => undefined });
	try {
		await work(sql);
	} finally {
		await sql.end({ timeout: 5 });
	}
}

function withLogin(url: string, user: string, password: string): string {
	const changed = new URL(url);
	changed.username = user;
	changed.password = password;
	return changed.toString();
}
