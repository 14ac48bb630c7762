import { recordWorkerKey } from '../../db/integration/workerKey';
import { ensureActivityPartitions } from '../../db/retention/activityPartitions';
import type { WorkerContext } from '../context';
import type { RunningPart, WorkerPart } from '../part';
import { everyRound } from '../rounds';
import { lookAfterRetention } from './retention';

const INTERVAL_MS = 3_600_000;
const MONTHS_AHEAD = 3;

/**
 * Says with which encryption key this worker runs, makes the partitions of `activity_logs` for the coming months, and removes what is kept no longer: now, and then every
 * hour when it is due. Several workers may do so at once. A failure is reported and tried again next time: until then
 * the default partition takes the rows of months without their own.
 */
export function upkeepPart(): WorkerPart {
	return { name: 'upkeep', start: startUpkeep };
}

function startUpkeep(context: WorkerContext): RunningPart {
	const { config, sql, log, outages } = context;
	const rounds = everyRound({
		name: 'upkeep of activity_logs',
		pauseMs: INTERVAL_MS,
		stepMs: INTERVAL_MS,
		log,
		outages,
		async round({ signal, alive }) {
			try {
				if (config.encryptionKey) await recordWorkerKey(sql, config.encryptionKey.id);
				const made = await ensureActivityPartitions(sql, MONTHS_AHEAD);
				if (made > 0) log.info({ made }, 'created partitions of activity_logs');
			} finally {
				// Whatever became of the partitions.
				if (!signal.aborted) {
					alive();
					await lookAfterRetention(context, signal);
				}
			}
			return undefined;
		},
	});
	return { idleMs: rounds.idleMs, stop: rounds.stop, close: () => Promise.resolve() };
}
