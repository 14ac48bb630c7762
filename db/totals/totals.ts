import type { Sql } from '../connection/client';

/** By how much the rows of a user (0: of nobody) differ from the totals. Each number is rows minus totals. */
export interface UserDrift {
	userId: number;
	leads: number;
	scoreSum: number;
	qualified: number;
	won: number;
	communications: number;
	notes: number;
}

export interface Reconciliation {
	/** Sum of the absolute differences: 0 when the totals are true. */
	drift: number;
	/** Who is concerned; empty when the totals are true. */
	users: UserDrift[];
}

/** Over all organizations. */
export interface TotalsState {
	/** What the last comparison of each organization found, added up; must be 0. */
	drift: number;
	/** Deltas not folded yet. */
	deltasPending: number;
	/** The time since which every organization has been compared; null before the first comparison. */
	checkedAt: string | null;
}

/**
 * Folds deltas into totals: of one organization, or of all that have at least `atLeast` (default 1) deltas of a kind. No
 * number in a view changes. Waits for nobody: leaves out what another session is folding. Returns how many were folded.
 * For logins in lma_worker, in read committed.
 */
export async function foldTotals(
	sql: Sql,
	{ organizationId, atLeast = 1 }: { organizationId?: number; atLeast?: number } = {},
): Promise<number> {
	const [result] = await sql<{ folded: number }[]>`
		select lma.fold_totals(${organizationId ?? null}::integer, ${atLeast}) as folded`;
	return result?.folded ?? 0;
}

/**
 * Counts the rows of an organization and compares them with its totals, in one snapshot; takes seconds for millions of
 * rows and holds up no writer. For logins in lma_worker.
 *
 * @internal tests compare without noting anything down
 */
export function totalsDrift(sql: Sql, organizationId: number) {
	return sql<UserDrift[]>`
		select *
		from lma.totals_drift(${organizationId})`;
}

/**
 * Compares the totals of an organization with its rows and notes down what it found, for {@link totalsState}. With `repair`
 * it then counts again and puts the totals right, while writers go on; several repairs at once take turns. `signal` ends
 * the counting, which then rejects with code 57014. Can be repeated. For logins in lma_worker.
 */
export async function reconcileTotals(
	sql: Sql,
	organizationId: number,
	{ repair = false, signal }: { repair?: boolean; signal?: AbortSignal } = {},
): Promise<Reconciliation> {
	const users = await count(sql, organizationId, signal);
	const drift = users.reduce((sum, user) => sum + sizeOf(user), 0);
	if (repair && drift > 0) await sql`select from lma.repair_totals(${organizationId})`;
	await sql`select lma.finish_totals_check(${organizationId}, ${drift})`;
	return { drift, users };
}

async function count(sql: Sql, organizationId: number, signal?: AbortSignal): Promise<UserDrift[]> {
	const counting = totalsDrift(sql, organizationId);
	const cancel = () => counting.cancel();
	signal?.addEventListener('abort', cancel, { once: true });
	try {
		return [...(await counting)];
	} finally {
		signal?.removeEventListener('abort', cancel);
	}
}

function sizeOf({ userId: _userId, ...differences }: UserDrift): number {
	return Object.values(differences).reduce((sum, difference) => sum + Math.abs(difference), 0);
}

/**
 * Takes an organization whose totals are due to be compared: once a night, from 3:00 UTC, and after an hour again when that
 * found something or came to no end. Null when none is due. Each goes to one caller only. For logins in lma_worker.
 */
export async function claimTotalsCheck(sql: Sql): Promise<number | null> {
	const [claimed] = await sql<{ organizationId: number | null }[]>`
		select lma.claim_totals_check() as organization_id`;
	return claimed?.organizationId ?? null;
}

/** The numbers behind the metrics. For logins in lma_worker. */
export async function totalsState(sql: Sql): Promise<TotalsState> {
	const [state] = await sql<TotalsState[]>`
		select *
		from lma.totals_state()`;
	return state ?? { drift: 0, deltasPending: 0, checkedAt: null };
}
