import type { Pool } from '../../../db/connection/client';
import { loadConfig } from '../../../worker/config';
import type { WorkerContext } from '../../../worker/context';
import { createLog, type Log } from '../../../worker/log';
import { createMetrics } from '../../../worker/metrics';
import { trackOutages } from '../../../worker/outage';
import { openQueues } from '../../../worker/queue/queues';
import { Shutdown } from '../../../worker/shutdown';

/** What a single part runs in: queues that nobody has opened, and nobody who calls. */
export function contextOn(sql: Pool, databaseUrl: string, log: Log = createLog('silent')): WorkerContext {
	const outages = trackOutages(log);
	return {
		config: loadConfig({ DATABASE_URL: databaseUrl }),
		sql,
		queues: openQueues({ databaseUrl, log, outages }),
		calls: { on: () => () => undefined, stop: () => Promise.resolve() },
		log,
		metrics: createMetrics('postgres'),
		outages,
		shutdown: new Shutdown(),
	};
}
