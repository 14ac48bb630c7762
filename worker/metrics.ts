import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

export type Metrics = ReturnType<typeof createMetrics>;

/** The numbers of one worker, on a registry of its own. Labels are codes; never ids of people, addresses or names. */
export function createMetrics(backend: 'redis' | 'postgres') {
	const registry = new Registry();
	const registers = [registry];
	collectDefaultMetrics({ register: registry });
	const queueBackend = new Gauge({
		name: 'lma_queue_backend',
		help: '1 for the backend that carries the queues',
		labelNames: ['backend'],
		registers,
	});
	queueBackend.set({ backend }, 1);
	return {
		registry,
		claimed: new Counter({
			name: 'lma_dispatch_claimed_total',
			help: 'Communications taken under a lease',
			registers,
		}),
		released: new Counter({
			name: 'lma_dispatch_released_total',
			help: 'Claims returned unsent',
			registers,
		}),
		fenced: new Counter({
			name: 'lma_dispatch_fenced_total',
			help: 'Claims and results that came too late: cancelled, rescheduled or taken by another worker',
			registers,
		}),
		held: new Counter({
			name: 'lma_dispatch_held_total',
			help: 'Communications that the send gate cancelled (block) or moved (defer), and those that wait for somebody (wait)',
			labelNames: ['type', 'decision', 'reason'],
			registers,
		}),
		sent: new Counter({
			name: 'lma_dispatch_sent_total',
			help: 'Communications completed',
			labelNames: ['type'],
			registers,
		}),
		retried: new Counter({
			name: 'lma_dispatch_retried_total',
			help: 'Attempts that will be repeated',
			labelNames: ['type', 'reason'],
			registers,
		}),
		failed: new Counter({
			name: 'lma_dispatch_failed_total',
			help: 'Communications that failed permanently',
			labelNames: ['type', 'reason'],
			registers,
		}),
		lateness: new Histogram({
			name: 'lma_dispatch_lateness_seconds',
			help: 'Time from when a communication was due to its first attempt',
			buckets: SECONDS,
			registers,
		}),
		sendDuration: new Histogram({
			name: 'lma_dispatch_send_seconds',
			help: 'Duration of one attempt to send',
			labelNames: ['type'],
			buckets: SECONDS,
			registers,
		}),
		syncDuration: new Histogram({
			name: 'lma_workflow_sync_seconds',
			help: 'Duration of one scan of an n8n instance',
			labelNames: ['result'],
			buckets: SECONDS,
			registers,
		}),
		syncWorkflows: new Counter({
			name: 'lma_workflow_sync_workflows_total',
			help: 'Workflows seen by scans',
			labelNames: ['change'],
			registers,
		}),
		connectionsUnusable: new Gauge({
			name: 'lma_connections_unusable',
			help: 'Connections of organizations that are left alone because the far side refused them, or whose last contact failed',
			labelNames: ['type', 'status'],
			registers,
		}),
		totalsDrift: new Gauge({
			name: 'lma_totals_drift',
			help: 'Absolute differences between totals and rows that the last comparisons found; must be 0',
			registers,
		}),
		totalsDeltasPending: new Gauge({
			name: 'lma_totals_deltas_pending',
			help: 'Changes to totals that are waiting to be folded',
			registers,
		}),
		totalsChecked: new Gauge({
			name: 'lma_totals_checked_timestamp_seconds',
			help: 'Earliest of the times at which the totals of each organization were last compared; 0 before the first comparison',
			registers,
		}),
	};
}
