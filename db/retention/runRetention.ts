import { codeOf } from '../../domain/error/errorCause';
import { SQLSTATE } from '../../domain/error/statementCode';
import type { Sql } from '../connection/client';
import { getRetention } from './retentionPolicy';

export interface RetentionReport {
	/** Months taken out of activity_logs. */
	retired: string[];
	/** The oldest month that the policy would take, and the subscription that has not read all of it. */
	kept: { part: string; because: string } | null;
	/** A month could not be locked within a second; the next run tries again. */
	busy: boolean;
	/** Rows removed of single organizations. */
	removed: number;
	/** Organizations with settings that cannot be understood, by id, and which. */
	ignored: { organizationId: number; settings: string[] }[];
}

export interface RetentionOptions {
	/** Rows removed by one statement, which is one transaction. Default 5,000. */
	batchSize?: number;
	/** Ends the run after the batch at hand. What is left is done by the next run. */
	signal?: AbortSignal;
}

/**
 * Applies the policy for months and the settings of every organization, when that was not done for 23 hours. Null when it
 * is not due, or another worker is at it. In bounded statements, each on its own: no lock is held for longer than a batch.
 * After a failure the next run, five minutes later at the earliest, goes on where this one stopped; an aborted one leaves
 * the rest to whoever looks next. Needs a login in lma_worker. Can be repeated.
 */
export async function runRetention(
	sql: Sql,
	options: RetentionOptions = {},
): Promise<RetentionReport | null> {
	const [run] = await sql<[{ due: boolean }]>`select lma.begin_retention() as due`;
	if (!run.due) return null;
	const report = await applyAll(sql, options);
	// A month that was busy is tried again at the next look, not tomorrow.
	const isFinished = !options.signal?.aborted && !report.busy;
	await sql`select lma.end_retention(${isFinished})`;
	return report;
}

async function applyAll(sql: Sql, { batchSize = 5000, signal }: RetentionOptions): Promise<RetentionReport> {
	const report: RetentionReport = { retired: [], kept: null, busy: false, removed: 0, ignored: [] };
	await retirePartitions(sql, report, signal);
	const organizations = await sql<{ id: number }[]>`
		select id
		from organizations
		where settings ? 'retention'
		order by id`;
	for (const { id } of organizations) {
		const { ignored } = await getRetention(sql, id);
		if (ignored.length > 0) report.ignored.push({ organizationId: id, settings: ignored });
		for (let more = true; more && !signal?.aborted;) {
			const [batch] = await sql<[{ removed: number; more: boolean }]>`
				select removed, more
				from lma.apply_retention(${id}, ${batchSize})`;
			report.removed += batch.removed;
			more = batch.more;
		}
	}
	return report;
}

async function retirePartitions(sql: Sql, report: RetentionReport, signal?: AbortSignal): Promise<void> {
	while (!signal?.aborted) {
		const result = await retireOne(sql);
		if (result === 'busy') {
			report.busy = true;
			return;
		}
		if (result.outcome === 'kept') report.kept = { part: result.part, because: result.detail };
		if (result.outcome === 'kept' || result.outcome === 'none') return;
		report.retired.push(result.part);
	}
}

interface Retired {
	outcome: 'detached' | 'dropped' | 'kept' | 'none';
	part: string;
	detail: string;
}

const BUSY: string[] = [SQLSTATE.lockNotAvailable, SQLSTATE.deadlockDetected];

async function retireOne(sql: Sql): Promise<Retired | 'busy'> {
	try {
		const [result] = await sql<[Retired]>`select outcome, part, detail from lma.retire_partition()`;
		return result;
	} catch (error) {
		// lock_not_available; or the loser of a deadlock, which the lock of a whole table can be.
		if (BUSY.includes(codeOf(error))) return 'busy';
		throw error;
	}
}
