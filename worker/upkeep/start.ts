import type { WorkerContext } from '../context';

export interface RunningUpkeep {
	/** Looks no more. What runs is finished by the pool. */
	stop(): void;
}

const INTERVAL_MS = 12 * 3_600_000;
const MONTHS_AHEAD = 3;

/**
 * Makes the partitions of `activity_logs` for the coming months, now and twice a day. Several workers may do so at
 * once. A failure is logged and tried again next time: until then the default partition takes the rows.
 */
export function startUpkeep({ sql, log }: Pick<WorkerContext, 'sql' | 'log'>): RunningUpkeep {
	const look = async () => {
		try {
			const [result] = await sql<{ made: number }[]>`
				select lma.ensure_activity_partitions(${MONTHS_AHEAD}) as made`;
			if (result && result.made > 0) log.info({ made: result.made }, 'made partitions of activity_logs');
		} catch (error) {
			log.warn({ err: error }, 'partitions of activity_logs could not be made');
		}
	};
	void look();
	const timer = setInterval(() => void look(), INTERVAL_MS);
	timer.unref();
	return {
		stop() {
			clearInterval(timer);
		},
	};
}
