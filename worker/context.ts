import type { Pool } from '../db/connection/client';
import type { Calls } from './calls';
import type { WorkerConfig } from './config';
import type { Log } from './log';
import type { Metrics } from './metrics';
import type { Outages } from './outage';
import type { QueueConnection } from './queue/connection';
import type { Shutdown } from './shutdown';

/** What every part of the worker works with. */
export interface WorkerContext {
	config: WorkerConfig;
	sql: Pool;
	queues: QueueConnection;
	calls: Calls;
	log: Log;
	metrics: Metrics;
	outages: Outages;
	shutdown: Shutdown;
}
