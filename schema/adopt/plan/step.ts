/**
 * What a step holds while it runs. `ACCESS EXCLUSIVE` and `SHARE ROW EXCLUSIVE` stop writers, so they are asked for
 * and held for a moment only; beside the others everybody goes on working. `rows`: those of one batch.
 */
export type Lock = 'none' | 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE UPDATE EXCLUSIVE' | 'rows';

interface StepBase {
	/** What a reader of the report sees. */
	title: string;
	/** The live table it concerns, or null for things of ours. */
	table: string | null;
	lock: Lock;
	/** Rows read or written, by the planner's estimate. */
	rows: number;
}

/** One transaction, over in a moment: locks are waited for briefly, and asked for again later. */
export interface BriefStep extends StepBase {
	kind: 'brief';
	statements: string[];
	/** Acts as the connected login instead of lma_owner. */
	asLogin?: boolean;
}

/** Statements on their own, one transaction each, that may take long because nobody has to wait for them. */
export interface OnlineStep extends StepBase {
	kind: 'online';
	statements: string[];
	/** Undoes what a failed attempt leaves behind; then the step counts as done and the check at the end says so. */
	onViolation?: string[];
}

/** Columns of one table to fill. Expressions are over its row, called `t`. */
export interface Backfill {
	table: string;
	/** Its primary key. */
	key: string[];
	columns: { name: string; expression: string }[];
	/** Sets session_replication_role, so that no trigger of the other program sees the change. */
	isSilent: boolean;
}

/** Fills columns in batches. */
export interface BackfillStep extends StepBase {
	kind: 'backfill';
	backfill: Backfill;
}

export type Step = BriefStep | OnlineStep | BackfillStep;

/** One transaction of statements that each need a moment. */
export function brief(
	title: string,
	table: string | null,
	statements: string[],
	{ lock = 'ACCESS EXCLUSIVE', asLogin = false }: { lock?: Lock; asLogin?: boolean } = {},
): BriefStep {
	return { kind: 'brief', title, table, lock: table === null ? 'none' : lock, rows: 0, statements, asLogin };
}

/** Statements that take time and let everybody work. */
export function online(
	title: string,
	table: string,
	rows: number,
	statements: string[],
	onViolation?: string[],
): OnlineStep {
	const base = { title, table, lock: 'SHARE UPDATE EXCLUSIVE' as const, rows, statements };
	return { kind: 'online', ...base, ...(onViolation && { onViolation }) };
}
