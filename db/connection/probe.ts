import type { Pool } from './client';
import { asDatabaseError } from './error/databaseOrigin';
import { within } from './timeLimit';

const PROBE_TIMEOUT_MS = 12_000;

/**
 * Resolves when the database answers. Rejects after 12 seconds: postgres.js (3.4.9; porsager/postgres#1193) tries for ever
 * when connections are taken and dropped, as by a server that is not PostgreSQL.
 */
export async function requireAnswer(sql: Pool): Promise<void> {
	try {
		await within(PROBE_TIMEOUT_MS, sql`select 1`);
	} catch (error) {
		throw asDatabaseError(error);
	}
}
