import type { Pool, Sql } from '../../db/connection/client';
import { codeOf } from '../../domain/error/errorCause';
import { SQLSTATE } from '../../domain/error/statementCode';

export interface EndedSessions {
	/** How many sessions were ended. */
	ended: number;
	/** How many are still open, because the connected user may not end them. */
	left: number;
}

const WAIT_MS = 5_000;

/**
 * Ends the sessions of a login, in every database of the server, and waits until they are gone. That takes membership
 * in the role or in pg_signal_backend; whoever may grant the role becomes a member for that moment. Does not throw
 * when neither is allowed: `left` says how many go on.
 */
export async function endSessions(sql: Pool, user: string): Promise<EndedSessions> {
	const before = await countSessions(sql, user);
	if (before === 0) return { ended: 0, left: 0 };
	try {
		await terminate(sql, user);
	} catch (error) {
		if (!isDenied(error)) throw error;
		await terminateAsMember(sql, user);
	}
	const left = await countSessions(sql, user);
	return { ended: Math.max(before - left, 0), left };
}

async function terminateAsMember(sql: Pool, user: string): Promise<void> {
	const rolledBack = new Error('The membership was for this moment');
	try {
		await sql.begin(async (tx) => {
			await tx`grant ${tx(user)} to current_user`;
			await terminate(tx, user);
			throw rolledBack;
		});
	} catch (error) {
		if (error !== rolledBack && !isDenied(error)) throw error;
	}
}

async function terminate(sql: Sql, user: string): Promise<void> {
	await sql`
		select pg_terminate_backend(pid, ${WAIT_MS})
		from pg_stat_activity
		where usename = ${user}`;
}

async function countSessions(sql: Sql, user: string): Promise<number> {
	const [counted] = await sql<{ count: number }[]>`
		select count(*)::int as count
		from pg_stat_activity
		where usename = ${user}`;
	return counted?.count ?? 0;
}

/** PostgreSQL's `insufficient_privilege`. */
export function isDenied(error: unknown): boolean {
	return codeOf(error) === SQLSTATE.insufficientPrivilege;
}
