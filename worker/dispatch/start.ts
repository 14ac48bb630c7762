import { getWorkerChannel } from '../../db/connection/channel';
import { listActiveIntegrations } from '../../db/integration/integration';
import type { WorkerContext } from '../context';
import { Drain } from '../drain';
import type { RunningPart, WorkerPart } from '../part';
import { type DispatchJob, dispatchJobSchema, QUEUES } from '../queue/jobs';
import { dispatchBatch } from './batch';
import { startClaimer } from './claimer';
import { createEmailSender } from './email';
import type { DispatchOptions } from './options';
import type { Sender } from './outcome';
import { createResultWriter } from './resultWriter';
import { createSender } from './sender';

/** Claims what is due and sends it. `sender` replaces SMTP and webhooks. */
export function dispatchPart(options: DispatchOptions, sender?: Sender): WorkerPart {
	return { name: 'dispatch', start: (context) => startDispatch(context, options, sender) };
}

function startDispatch(context: WorkerContext, options: DispatchOptions, sender?: Sender): RunningPart {
	const { sql, log, metrics, outages, config, queues, shutdown } = context;
	const email = createEmailSender();
	const results = createResultWriter(sql, log);
	const senderFor = async (organizationIds: number[]): Promise<Sender> => {
		if (sender) return sender;
		const integrations = await listActiveIntegrations(sql, ['webhook', 'smtp'], organizationIds);
		return createSender({
			integrations,
			smtpUrl: config.smtpUrl,
			encryptionKey: config.encryptionKey,
			email,
			log,
		});
	};
	const batch = {
		sql,
		log,
		metrics,
		results,
		options,
		senderFor,
		stopping: shutdown.stopping,
		givingUp: shutdown.givingUp,
	};

	const drain = new Drain();
	const queue = queues.queue<DispatchJob>(QUEUES.dispatch);
	const claimer = startClaimer({ sql, queue, log, metrics, outages, options });
	const worker = queues.worker<DispatchJob>(
		QUEUES.dispatch,
		({ data }) => drain.run(async () => dispatchBatch(batch, dispatchJobSchema.parse(data).items)),
		{ concurrency: options.jobConcurrency },
	);
	worker.on('completed', () => claimer.wake());
	worker.on('failed', (job, error) => {
		log.error(
			{ jobId: job?.id, err: error },
			'a batch failed; what was not sent is tried again when its leases run out',
		);
		claimer.wake();
	});
	// Calls that come while the connection is down are lost: look again as soon as it listens.
	const look = () => {
		claimer.wake();
	};
	getWorkerChannel(sql, 'dispatch')
		.then((channel) => sql.listen(channel, look, look))
		.catch((error: unknown) => {
			log.warn({ err: error }, 'not listening for new schedules; checking every second instead');
		});

	return {
		queue,
		idleMs: () => claimer.idleMs(),
		async stop() {
			await Promise.all([claimer.stop(), drain.close(worker)]);
		},
		async close() {
			email.close();
			await queue.close();
		},
	};
}
