import type postgres from 'postgres';
import type { Reports } from '../db/replica';
import type { WorkerConfig } from './config';
import type { Log } from './log';
import type { Metrics } from './metrics';
import type { Outages } from './outage';
import type { QueueConnection } from './queues';
import type { Shutdown } from './shutdown';

/** What every part of the worker works with. */
export interface WorkerContext {
	config: WorkerConfig;
	sql: postgres.Sql;
	/** For slow counts: answered by the replica while it is fresh. */
	reports: Reports;
	queues: QueueConnection;
	log: Log;
	metrics: Metrics;
	outages: Outages;
	shutdown: Shutdown;
}
