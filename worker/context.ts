import type postgres from 'postgres';

import type { WorkerConfig } from './config';
import type { Log } from './log';
import type { Metrics } from './metrics';
import type { Outages } from './outage';
import type { QueueConnection } from './queue/connection';
import type { Shutdown } from './shutdown';

/** What every part of the worker works with. */
export interface WorkerContext {
	config: WorkerConfig;
	sql: postgres.Sql;
	queues: QueueConnection;
	log: Log;
	metrics: Metrics;
	outages: Outages;
	shutdown: Shutdown;
}
