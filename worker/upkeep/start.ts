import type { WorkerContext } from '../context';
import type { RunningPart, WorkerPart } from '../part';
import { lookAfterRetention } from './retention';

const INTERVAL_MS = 3_600_000;
const MONTHS_AHEAD = 3;

/** Makes partitions and applies retention, as `startUpkeep` says. */
export const upkeepPart: WorkerPart = { name: 'upkeep', start: startUpkeep };

/**
 * Makes the partitions of `activity_logs` for the coming months, and removes what is kept no longer: now, and then every
 * hour when it is due. Several workers may do so at once. A failure is logged and tried again next time: until then
 * the default partition takes the rows of months without their own.
 *
 * @internal tests start it without a whole worker
 */
export function startUpkeep(context: Pick<WorkerContext, 'sql' | 'log'>): RunningPart {
	const stopping = new AbortController();
	const look = async () => {
		await makePartitions(context);
		if (!stopping.signal.aborted) await lookAfterRetention(context, stopping.signal);
	};
	void look();
	const timer = setInterval(() => void look(), INTERVAL_MS);
	timer.unref();
	return {
		/** Looks no more; what runs ends after the statement at hand, and nobody waits for it. */
		stop() {
			stopping.abort();
			clearInterval(timer);
			return Promise.resolve();
		},
		close: () => Promise.resolve(),
	};
}

async function makePartitions({ sql, log }: Pick<WorkerContext, 'sql' | 'log'>): Promise<void> {
	try {
		const [result] = await sql<{ made: number }[]>`
			select lma.ensure_activity_partitions(${MONTHS_AHEAD}) as made`;
		if (result && result.made > 0) log.info({ made: result.made }, 'created partitions of activity_logs');
	} catch (error) {
		log.warn({ err: error }, 'partitions of activity_logs could not be created');
	}
}
