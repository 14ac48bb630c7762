import { setTimeout } from 'node:timers/promises';
import type postgres from 'postgres';

import { SQLSTATE } from '../../domain/error/statementCode';
import type { Sql } from './client';
import { reserve } from './reserve';
import { isPreparationLost, withoutDriverRetry } from './statementRetry';

/** Who acts, for the audit trail, and whether only to look. All of it optional. */
export interface ExecutionContext {
	n8nWorkflowId?: string;
	n8nExecutionId?: string;
	/** A user of the organization. */
	actorId?: number;
	/** PostgreSQL refuses every change (25006). It ends with the transaction, whoever shares the connection. */
	readOnly?: boolean;
	/** All statements see the database as it was at the first of them, and change nothing. */
	isSnapshot?: boolean;
}

const STATEMENT_TIMEOUT_MS = 60_000;
/**
 * A client that the network has lost in the middle of a transaction is ended by the server: until then its transaction
 * holds up the events of every organization.
 */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Deadlock, serialization failure: PostgreSQL has rolled back, and the same work succeeds when it is done again. Bulk
 * writes lock leads in one order, but rows shared by foreign keys can still deadlock on old versions, whatever the order.
 */
const TRY_AGAIN = new Set<string>([SQLSTATE.deadlockDetected, SQLSTATE.serializationFailure]);
const MOST_ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 200;

/**
 * Runs `work` in one transaction that sees and changes one organization only: the single place that chooses a
 * tenant. Commits when `work` resolves, rolls back when it throws. Safe behind PgBouncer in transaction mode,
 * because the choice ends with the transaction.
 *
 * Round trips: the choice travels with the first statement of `work`. When `work` returns a pending query,
 * unawaited, the commit travels with it too, and the whole takes one round trip.
 *
 * After a deadlock `work` is called again, up to five times: it should have no effect outside the transaction. So it is
 * when a month of events got its partition just then, and when a prepared statement got lost, behind an old PgBouncer or
 * by a migration; from then on the pool prepares none.
 *
 * Throws what `work` throws; a driver error with code LM001 when there is no organization with this slug, or the login is
 * bound to another; LM004 when it is deactivated; LM003 when the actor is no user of it. `toLmaError` says them in words.
 */
export async function inOrganization<T>(
	sql: postgres.Sql,
	organization: string,
	work: (tx: Sql) => PromiseLike<T>,
	context: ExecutionContext = {},
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await once(sql, organization, work, context);
		} catch (error) {
			if (attempt === MOST_ATTEMPTS || !canTryAgain(sql, error)) throw error;
			await setTimeout(Math.random() * LONGEST_PAUSE_MS);
		}
	}
}

function canTryAgain(sql: postgres.Sql, error: unknown): boolean {
	if (typeof error !== 'object' || error === null || !('code' in error)) return false;
	if (!isPreparationLost(error)) return TRY_AGAIN.has(String(error.code)) || isMonthTakenAway(error);
	// The whole pool goes on without: one more round trip a statement, and it works.
	sql.options.prepare = false;
	return true;
}

/** A month of events got its partition while a row of it was on the way into the default one. */
function isMonthTakenAway(error: { code: unknown }): boolean {
	return (
		error.code === SQLSTATE.checkViolation &&
		'table_name' in error &&
		error.table_name === 'activity_logs_default'
	);
}

async function once<T>(
	sql: postgres.Sql,
	organization: string,
	work: (tx: Sql) => PromiseLike<T>,
	context: ExecutionContext,
): Promise<T> {
	const connection = withoutDriverRetry(await reserve(sql));
	let isLost = false;
	try {
		const begun = connection.unsafe(beginning(context)).execute();
		const chosen = connection`
			select
				lma.use_organization(
					${organization}, ${context.n8nWorkflowId ?? null}, ${context.n8nExecutionId ?? null},
					${context.actorId ?? null}::integer
				),
				set_config('statement_timeout', ${String(STATEMENT_TIMEOUT_MS)}, true),
				set_config('idle_in_transaction_session_timeout', ${String(IDLE_TIMEOUT_MS)}, true),
				-- Compiling takes longer than any page of rows, and the planner expects too many of them to know.
				set_config('jit', 'off', true),
				-- The planner takes half of all rows to be the organization's. It would rather walk through those of all in nearly the wanted
				-- order, and sort along the way, than along the index that has it.
				set_config('enable_incremental_sort', 'off', true)`.execute();
		const working = start(work, connection);
		// An error before it turns this commit into a rollback.
		const committed = isPendingQuery(working) ? connection.unsafe('commit').execute() : undefined;

		const [opening, result, ending] = await Promise.race([
			Promise.allSettled([Promise.all([begun, chosen]), working, committed]),
			connectionLost([begun, chosen, working, committed]),
		]);
		const failed = [opening, result, ending].find((outcome) => outcome.status === 'rejected');
		if (failed) {
			isLost = [opening, result, ending].some(
				(outcome) => outcome.status === 'rejected' && isConnectionLost(outcome.reason),
			);
			// A lost connection has rolled back by itself.
			if (!committed && !isLost) await connection.unsafe('rollback').catch(() => undefined);
			throw failed.reason;
		}
		if (!committed) await connection.unsafe('commit');
		return (result as PromiseFulfilledResult<T>).value;
	} catch (error) {
		isLost ||= isConnectionLost(error);
		throw error;
	} finally {
		// The driver has taken a lost one out of the pool. Given back, the next statement would be written to no socket,
		// which ends the process (3.4.9; porsager/postgres#1199).
		if (!isLost) connection.release();
	}
}

function beginning({ readOnly, isSnapshot }: ExecutionContext): string {
	if (isSnapshot) return 'begin isolation level repeatable read read only';
	return readOnly ? 'begin read only' : 'begin';
}

/**
 * Rejects when one of these fails with its connection. The driver never settles what was queued behind it (3.4.9;
 * porsager/postgres#1186).
 */
function connectionLost(pending: readonly (PromiseLike<unknown> | undefined)[]): Promise<never> {
	return new Promise((_resolve, reject) => {
		for (const outcome of pending) {
			outcome?.then(undefined, (error: unknown) => {
				if (isConnectionLost(error)) reject(error as Error);
			});
		}
	});
}

/** After a FATAL error PostgreSQL closes the connection; the driver's own codes and those of the network say it has. */
function isConnectionLost(error: unknown): boolean {
	if (typeof error !== 'object' || error === null) return false;
	if ('severity_local' in error || 'severity' in error) {
		return 'severity' in error && /^(FATAL|PANIC)$/.test(String(error.severity));
	}
	return 'code' in error && /^(CONNECTION_|E[A-Z]+$)/.test(String(error.code));
}

function start<T>(work: (tx: Sql) => PromiseLike<T>, tx: Sql): PromiseLike<T> {
	try {
		const working = work(tx);
		if (isPendingQuery(working)) working.execute();
		return working;
	} catch (error) {
		// What was thrown is passed on as it is.
		return Promise.reject(error as Error);
	}
}

function isPendingQuery<T>(working: PromiseLike<T>): working is PromiseLike<T> & { execute(): unknown } {
	return 'execute' in working && typeof working.execute === 'function';
}
