import type { WorkerContext } from '../context';
import { Drain } from '../drain';
import type { RunningPart, WorkerPart } from '../part';
import { QUEUES, type WorkflowSyncJob, workflowSyncJobSchema } from '../queue/jobs';
import { startSyncSchedule, SYNC_DEFAULTS, type SyncOptions } from './schedule';
import { syncIntegration } from './syncJob';

/** Scans the n8n instances and brings them to what is wanted. */
export function syncPart(tuning: Partial<SyncOptions> = {}): WorkerPart {
	return { name: 'sync', start: (context) => startSync(context, { ...SYNC_DEFAULTS, ...tuning }) };
}

function startSync(context: WorkerContext, options: SyncOptions): RunningPart {
	const { sql, log, metrics, outages, config, queues, calls, shutdown } = context;
	const job = { sql, log, metrics, encryptionKey: config.encryptionKey, stopping: shutdown.stopping };
	const drain = new Drain();
	const queue = queues.queue<WorkflowSyncJob>(QUEUES.workflowSync);
	const schedule = startSyncSchedule({ sql, queue, log, metrics, outages, options });
	const worker = queues.worker<WorkflowSyncJob>(
		QUEUES.workflowSync,
		({ data }) =>
			drain.run(async () => {
				const result = await syncIntegration(job, workflowSyncJobSchema.parse(data).integrationId);
				// Something else may have been asked for meanwhile. Not after a failure: that would ask without a pause.
				if (result) schedule.wake();
			}),
		{ concurrency: options.concurrency },
	);
	worker.on('failed', (failed, error) =>
		log.error({ jobId: failed?.id, err: error }, 'a workflow scan failed'),
	);
	const stopCalls = calls.on('workflows', schedule.wake);
	return {
		queue,
		idleMs: schedule.idleMs,
		async stop() {
			stopCalls();
			await Promise.all([schedule.stop(), drain.close(worker)]);
		},
		close: () => queue.close(),
	};
}
