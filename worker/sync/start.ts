import { getWorkerChannel } from '../../db/connection/channel';
import type { WorkerContext } from '../context';
import { Drain } from '../drain';
import type { RunningPart, WorkerPart } from '../part';
import { QUEUES, type WorkflowSyncJob, workflowSyncJobSchema } from '../queue/jobs';
import { startSyncSchedule, type SyncOptions } from './schedule';
import { syncIntegration } from './syncJob';

/** Scans the n8n instances and brings them to what is wanted. */
export function syncPart(options: SyncOptions): WorkerPart {
	return { name: 'sync', start: (context) => startSync(context, options) };
}

function startSync(context: WorkerContext, options: SyncOptions): RunningPart {
	const { sql, log, metrics, outages, config, queues, shutdown } = context;
	const job = { sql, log, metrics, encryptionKey: config.encryptionKey, stopping: shutdown.stopping };
	const drain = new Drain();
	const queue = queues.queue<WorkflowSyncJob>(QUEUES.workflowSync);
	const schedule = startSyncSchedule({ sql, queue, outages, options });
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
	// Calls that come while the connection is down are lost: look again as soon as it listens.
	const look = () => {
		schedule.wake();
	};
	getWorkerChannel(sql, 'workflows')
		.then((channel) => sql.listen(channel, look, look))
		.catch((error: unknown) => {
			log.warn({ err: error }, 'not listening for changes to workflows; checking every few seconds instead');
		});
	return {
		async stop() {
			await Promise.all([schedule.stop(), drain.close(worker)]);
		},
		close: () => queue.close(),
	};
}
