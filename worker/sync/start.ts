import type { WorkerContext } from '../context';
import { QUEUES, workflowSyncJobSchema, type WorkflowSyncJob } from '../queues';
import { startSyncPlanner, type SyncOptions } from './schedule';
import { syncIntegration } from './syncJob';

export interface RunningSync {
	/** Plans nothing more and ends the scans at hand. */
	stop(): Promise<void>;
	close(clean: boolean): Promise<void>;
}

/** Starts scanning the n8n instances. */
export function startSync(context: WorkerContext, options: SyncOptions): RunningSync {
	const { sql, log, metrics, outages, config, queues, shutdown } = context;
	const job = { sql, log, metrics, encryptionKey: config.encryptionKey, stopping: shutdown.stopping };
	const queue = queues.queue<WorkflowSyncJob>(QUEUES.workflowSync);
	const planner = startSyncPlanner({ sql, queue, outages, options });
	const worker = queues.worker<WorkflowSyncJob>(
		QUEUES.workflowSync,
		async ({ data }) => {
			await syncIntegration(job, workflowSyncJobSchema.parse(data).integrationId);
		},
		{ concurrency: options.concurrency },
	);
	worker.on('failed', (failed, error) => log.error({ jobId: failed?.id, err: error }, 'a workflow scan failed'));
	return {
		async stop() {
			await Promise.all([planner.stop(), worker.close()]);
		},
		async close(clean) {
			if (!clean) void worker.close(true).catch(() => undefined);
			await queue.close();
		},
	};
}
