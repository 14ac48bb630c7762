import { setTimeout } from 'node:timers/promises';

import type { Client } from '../../../db/connection/pgConfig';
import { reasonInWords } from '../../../db/connection/error/reasonInWords';
import { backOffMs } from '../../../domain/backOff';
import { codeOf } from '../../../domain/error/errorCause';
import { LmaError } from '../../../domain/error/errors';
import { SQLSTATE } from '../../../domain/error/statementCode';
import type { BriefStep, OnlineStep } from '../plan/step';

/** Whoever waits for a strong lock stops all who come after, so it waits this long and then lets them pass. */
const LOCK_TIMEOUT_MS = 400;
const STATEMENT_TIMEOUT_MS = 900;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** lock_not_available, query_canceled by the time-out, deadlock_detected, serialization_failure. */
const PASSING: string[] = [
	SQLSTATE.lockNotAvailable,
	SQLSTATE.queryCanceled,
	SQLSTATE.deadlockDetected,
	SQLSTATE.serializationFailure,
];

export interface Patience {
	/** Milliseconds until a lock that is never free is given up. */
	lockWaitMs: number;
	/** Called before each new attempt. */
	onWait?: (table: string | null) => void;
}

/**
 * Runs a step in one transaction and one message, so that the pauses of this process are not part of the lock. Locks
 * that are not free within 400 ms are let go and asked for again, until the patience ends.
 */
export async function runBriefly(client: Client, step: BriefStep, patience: Patience): Promise<void> {
	const text = [
		'begin',
		`set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
		`set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
		'set local check_function_bodies = off',
		...(step.asLogin ? [] : ['set local role lma_owner']),
		...step.statements,
		'commit',
	].join(';\n');
	await untilDone(client, step, patience, () => client.query(text));
}

/** Repeats `attempt` while a lock stands in its way, with growing pauses that leave room for others. */
export async function untilDone(
	client: Client,
	{ title, table }: { title: string; table: string | null },
	{ lockWaitMs, onWait }: Patience,
	attempt: () => Promise<unknown>,
): Promise<void> {
	const started = Date.now();
	for (let tries = 0; ; tries++) {
		try {
			await attempt();
			return;
		} catch (error) {
			await client.query('rollback').catch(() => undefined);
			const code = codeOf(error);
			if (!PASSING.includes(code)) throw stepFailed(title, error);
			if (Date.now() - started > lockWaitMs) throw neverFree(title, table, lockWaitMs, error);
		}
		onWait?.(table);
		await setTimeout(
			backOffMs({
				failures: tries + 1,
				firstMs: FIRST_PAUSE_MS,
				longestMs: LONGEST_PAUSE_MS,
				random: Math.random(),
			}),
		);
	}
}

/** Runs statements one by one, each for as long as it takes. Rows against it undo the step, and are no failure. */
export async function runOnline(client: Client, step: OnlineStep, patience: Patience): Promise<void> {
	// Not local: what runs concurrently may not be inside a transaction.
	await client.query('set role lma_owner; set lock_timeout = 0; set statement_timeout = 0');
	try {
		for (const statement of step.statements)
			await untilDone(client, step, patience, () => client.query(statement));
	} catch (error) {
		const cause = error instanceof LmaError ? error.cause : error;
		if (!codeOf(cause).startsWith('23') || !step.onViolation) throw error;
		for (const statement of step.onViolation) await client.query(statement);
	} finally {
		await client.query('reset role').catch(() => undefined);
	}
}

function stepFailed(title: string, error: unknown): LmaError {
	return new LmaError(
		'ADOPTION_FAILED',
		`Adoption stopped at "${title}": ${reasonInWords(error)}`,
		'That step left nothing behind. Fix what it names, then run `lma adopt --apply` again: it continues from there.',
		{ cause: error },
	);
}

function neverFree(title: string, table: string | null, lockWaitMs: number, error: unknown): LmaError {
	return new LmaError(
		'ADOPTION_LOCKED_OUT',
		`Adoption stopped at "${title}": ${table ?? 'a table'} was never free within ${Math.round(lockWaitMs / 1000)} s`,
		'A long transaction holds it: see pg_stat_activity. Once that has ended, run `lma adopt --apply` again: it continues from there.',
		{ cause: error },
	);
}
