import postgres from 'postgres';

import type { Sql } from './client';

/** An advisory lock of a session of its own. */
export interface SessionLock {
	/** The session. When its connection is lost, the lock is, and statements run in another session. */
	sql: Sql;
	/** `pg_backend_pid()` of the session that has the lock. */
	pid: number;
	release(): Promise<void>;
}

/**
 * Takes the lock of `id` among those of `name`, for as long as the session lives: until released, until this process ends,
 * however it does, or until the connection is lost. Null when another session has it. Takes no connection of the pool:
 * one that was reserved and then lost ends the process with the next statement that it is given (3.4.9;
 * porsager/postgres#1208).
 */
export async function takeSessionLock(
	pool: postgres.Sql,
	name: string,
	id: number,
): Promise<SessionLock | null> {
	// As the driver itself opens the connection that it listens on.
	const sql = postgres({
		...pool.options,
		max: 1,
		idle_timeout: null,
		max_lifetime: null,
		fetch_types: false,
	} as unknown as postgres.Options<Record<string, never>>) as unknown as postgres.Sql;
	const release = () => sql.end({ timeout: 1 });
	try {
		const [taken] = await sql<{ isTaken: boolean; pid: number }[]>`
			select pg_try_advisory_lock(hashtext(${name}), ${id}::int) as is_taken, pg_backend_pid() as pid`;
		if (taken?.isTaken) return { sql, pid: taken.pid, release };
	} catch (error) {
		await release();
		throw error;
	}
	await release();
	return null;
}
