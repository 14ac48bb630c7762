import { loginOf, type Pool } from './client';
import { asDatabaseError } from './error/databaseOrigin';
import { within } from './timeLimit';

const TIMEOUT_MS = 12_000;

/**
 * What a new pool is asked first. Rejects after 12 seconds: postgres.js (3.4.9; porsager/postgres#1193) tries for ever when
 * connections are taken and dropped, as by a server that is not PostgreSQL. An error knows where the pool leads.
 */
export async function firstAnswer<T>(sql: Pool, ask: (sql: Pool) => PromiseLike<T>): Promise<T> {
	try {
		return await within(TIMEOUT_MS, ask(sql));
	} catch (error) {
		throw asDatabaseError(error, loginOf(sql));
	}
}

/** Resolves when the database answers, where nothing else is asked first. Rejects as `firstAnswer` does. */
export async function requireAnswer(sql: Pool): Promise<void> {
	await firstAnswer(sql, () => sql`select 1`);
}
