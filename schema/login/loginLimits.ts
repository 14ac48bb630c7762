import type { Sql } from '../../db/connection/client';
import { ValidationError } from '../../domain/error/errors';

/** Connections of a new tenant login: three processes of n8n, each with 5 for nodes and 3 for triggers, and some to try out. */
const CONNECTION_LIMIT = 30;

/** Most that may be asked for; a server with more has a pooler in front. */
const MOST_CONNECTIONS = 10_000;

/**
 * What a session of a new tenant login begins with: a transaction that somebody forgot holds up vacuum and events for
 * everybody, a statement without an end takes a core. A session may change both; they are for accidents. The number of
 * connections it may not.
 */
const SESSION_SETTINGS = { idle_in_transaction_session_timeout: '60s', statement_timeout: '5min' } as const;

/** @throws ValidationError when it is not a whole number from 1 to 10,000 */
export function checkConnectionLimit(limit: number): void {
	if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_CONNECTIONS) return;
	throw new ValidationError(
		'connectionLimit',
		`The connection limit ${String(limit)} is not a whole number from 1 to ${String(MOST_CONNECTIONS)}`,
		`${String(CONNECTION_LIMIT)} are enough for three processes of n8n.`,
	);
}

/** Sets how many connections a login may hold at once, in all databases of the server. Those that are open stay. */
export async function limitConnections(tx: Sql, user: string, limit: number): Promise<void> {
	checkConnectionLimit(limit);
	// Utility statements take no parameters.
	await tx`alter role ${tx(user)} connection limit ${tx.unsafe(String(limit))}`;
}

/** Gives a new login the limits of tenant logins; one that has a limit keeps it, unless another is asked for. */
export async function giveLimits(tx: Sql, user: string, limit: number | undefined): Promise<void> {
	const [role] = await tx<{ limit: number; isConfigured: boolean }[]>`
		select rolconnlimit as limit, rolconfig is not null as is_configured
		from pg_roles
		where rolname = ${user}`;
	if (limit !== undefined || role?.limit === -1) await limitConnections(tx, user, limit ?? CONNECTION_LIMIT);
	if (role?.isConfigured) return;
	for (const [name, value] of Object.entries(SESSION_SETTINGS))
		await tx`alter role ${tx(user)} set ${tx(name)} = ${tx.unsafe(`'${value}'`)}`;
}
