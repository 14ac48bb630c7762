import { atMost, within } from '../../db/connection/timeLimit';
import { claimTotalsCheck, foldTotals, reconcileTotals, totalsState } from '../../db/totals/totals';
import type { WorkerContext } from '../context';
import type { RunningPart, WorkerPart } from '../part';
import { everyRound, type Turn } from '../rounds';

export interface TotalsOptions {
	/** Pause between two rounds, in milliseconds. */
	intervalMs: number;
	/** Organizations with fewer deltas of a kind wait for the nightly comparison: reading them costs next to nothing. */
	foldFrom: number;
	/** How long one statement may take, and how long the comparison of one organization, in milliseconds. */
	answerMs: number;
	compareMs: number;
}

const TOTALS_DEFAULTS: TotalsOptions = {
	intervalMs: 10_000,
	foldFrom: 50,
	answerMs: 30_000,
	compareMs: 600_000,
};

const STOP_MS = 1_000;

/**
 * Keeps the totals behind the views of organizations and users small and proves them true: folds deltas every few
 * seconds, and compares each organization's totals with its rows once a night, however many workers run. A difference
 * is logged as an error, shows in `lma_totals_drift` until the next comparison, and is repaired.
 */
export function totalsPart(tuning: Partial<TotalsOptions> = {}): WorkerPart {
	return { name: 'totals', start: (context) => startTotals(context, { ...TOTALS_DEFAULTS, ...tuning }) };
}

function startTotals({ sql, log, metrics, outages }: WorkerContext, options: TotalsOptions): RunningPart {
	const { intervalMs, foldFrom, answerMs, compareMs } = options;
	// The driver does not always tell that a connection was lost (3.4.9; porsager/postgres#1186): without limits a round could
	// last for ever.
	const soon = <T>(work: Promise<T>) => within(answerMs, work);

	const compareAllDue = async ({ signal, alive }: Turn) => {
		while (!signal.aborted) {
			alive();
			const organizationId = await soon(claimTotalsCheck(sql));
			if (organizationId === null) return;
			const enough = AbortSignal.any([signal, AbortSignal.timeout(compareMs)]);
			const comparing = reconcileTotals(sql, organizationId, { repair: true, signal: enough });
			const { drift, users } = await within(compareMs + answerMs, comparing);
			await soon(foldTotals(sql, { organizationId }));
			if (drift === 0) continue;
			const userIds = users.map(({ userId }) => userId).slice(0, 20);
			log.error({ organizationId, drift, userIds }, 'totals differed from the rows and have been repaired');
		}
	};

	const rounds = everyRound({
		name: 'folding and comparing totals',
		pauseMs: intervalMs,
		stepMs: compareMs + 3 * answerMs,
		log,
		outages,
		async round(turn) {
			await soon(foldTotals(sql, { atLeast: foldFrom }));
			await compareAllDue(turn);
			const { drift, deltasPending, checkedAt } = await soon(totalsState(sql));
			metrics.totalsDrift.set(drift);
			metrics.totalsDeltasPending.set(deltasPending);
			if (checkedAt) metrics.totalsChecked.set(Date.parse(checkedAt) / 1000);
			return undefined;
		},
	});
	return {
		idleMs: rounds.idleMs,
		/**
		 * Ends a comparison that is running; it is made up for later. Resolves when nothing runs any more, or after a second:
		 * what hangs then goes with its connection.
		 */
		async stop() {
			await atMost(STOP_MS, rounds.stop());
		},
		close: () => Promise.resolve(),
	};
}
