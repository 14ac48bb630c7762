import { listRoutes } from '../../db/integration/integration';
import type { WorkerContext } from '../context';
import { Drain } from '../drain';
import type { RunningPart, WorkerPart } from '../part';
import { type DispatchJob, dispatchJobSchema, QUEUES } from '../queue/jobs';
import { dispatchBatch } from './batch';
import { startClaimer } from './claimer';
import { trackContacts } from './contacts';
import { createEmailSender } from './email';
import { trackMailServers } from './mailServers';
import { DISPATCH_DEFAULTS, type DispatchOptions } from './options';
import type { Sender } from './outcome';
import { createResultWriter } from './resultWriter';
import { createSender } from './sender';
import { trackUnreadSettings } from './unreadSettings';

/** Claims what is due and sends it. */
export function dispatchPart(tuning: Partial<DispatchOptions> = {}): WorkerPart {
	return {
		name: 'dispatch',
		start: (context) => startDispatch(context, { ...DISPATCH_DEFAULTS, ...tuning }),
	};
}

function startDispatch(context: WorkerContext, options: DispatchOptions): RunningPart {
	const { sql, log, metrics, outages, config, queues, calls, shutdown } = context;
	const email = createEmailSender();
	const mailServers = trackMailServers(log);
	const contacts = trackContacts(sql, log);
	const results = createResultWriter(sql, log);
	const senderFor = async (organizationIds: number[]): Promise<Sender> => {
		const integrations = await listRoutes(sql, ['webhook', 'smtp'], organizationIds);
		return createSender({
			integrations,
			smtpUrl: config.smtpUrl,
			encryptionKey: config.encryptionKey,
			email,
			mailServers,
			contacts,
			log,
		});
	};
	const batch = {
		sql,
		log,
		metrics,
		results,
		unreadSettings: trackUnreadSettings(log),
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
		({ data }) =>
			drain.run(async () => {
				await dispatchBatch(batch, dispatchJobSchema.parse(data).items);
				await contacts.write();
			}),
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
	const stopCalls = calls.on('dispatch', claimer.wake);

	return {
		queue,
		idleMs: claimer.idleMs,
		async stop() {
			stopCalls();
			await Promise.all([claimer.stop(), drain.close(worker)]);
		},
		async close() {
			email.close();
			await queue.close();
		},
	};
}
