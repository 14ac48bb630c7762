import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../../worker/log';
import { trackOutages } from '../../../worker/outage';
import { QUEUES } from '../../../worker/queue/jobs';
import { openQueues } from '../../../worker/queue/queues';
import { FakeN8n } from '../support/fakeN8n';
import { until, World } from '../support/world';
import { registerHook } from './registerHook';

const options = { everyMs: 300, planEveryMs: 200, concurrency: 2 };

/** Scans as the running worker does them, on either queue backend. */
export function syncScheduleSuite(
	redisUrl: () => string | undefined,
	emptyQueue: (world: World) => Promise<void>,
): void {
	let world: World;
	let n8n: FakeN8n;

	beforeAll(async () => {
		world = await World.create(redisUrl());
	});
	afterAll(() => world.destroy());
	beforeEach(async () => {
		n8n = await FakeN8n.start();
	});
	afterEach(async () => {
		await world.stopWorkers();
		await n8n.stop();
		await world.sql`delete from workflows`;
		await world.sql`delete from integrations`;
	});

	const connectN8n = () =>
		world.integration({
			integrationType: 'n8n',
			name: 'main',
			configuration: { baseUrl: n8n.url },
			secret: n8n.apiKey,
		});
	const active = () =>
		world.sql<{ n: number }[]>`select count(*)::int as n from workflows where is_active`.then(
			(rows) => rows[0]!.n,
		);

	it('finds an integration saved while the worker runs, and follows n8n from then on', async () => {
		await world.startWorker({}, { sync: options });
		const [workflow] = n8n.add(2);
		await connectN8n();
		await until(async () => expect(await active()).toBe(2));
		Object.assign(workflow!, { active: false, activeVersionId: null });
		await until(async () => expect(await active()).toBe(1));
	});

	it('goes on after the queue was emptied', async () => {
		n8n.add(1);
		await connectN8n();
		await world.startWorker({}, { sync: options });
		await until(async () => expect(await active()).toBe(1));
		await emptyQueue(world);
		n8n.add(1);
		await until(async () => expect(await active()).toBe(2));
	});

	it('goes on after a worker died between taking a scan and planning the next one', async () => {
		await connectN8n();
		await world.startWorker({}, { sync: options });
		await until(() => expect(n8n.requests.length).toBeGreaterThan(1));
		await world.stopWorkers();
		await takeScan(world);
		n8n.add(1);
		await world.startWorker({}, { sync: options });
		// Well before the queue finds the one that was taken to have stalled.
		await until(async () => expect(await active()).toBe(1));
	});

	it('leaves an integration alone once it is switched off', async () => {
		await connectN8n();
		await world.startWorker({}, { sync: options });
		await until(() => expect(n8n.requests.length).toBeGreaterThan(1));
		await world.sql`update integrations set status = 'inactive'`;
		// Whatever was under way ends; after that the number of requests stays.
		let last = -1;
		await until(() => {
			const before = last;
			last = n8n.requests.length;
			if (before !== last) throw new Error('still scanning');
		});
	});

	it('makes at once what is registered, however long the pause between scans', async () => {
		await connectN8n();
		await world.startWorker({}, { sync: { everyMs: 600_000, planEveryMs: 600_000, concurrency: 2 } });
		// The first scan is over, and the worker listens.
		await until(async () => expect(await lastSyncs()).toBe(1));
		const channels = () =>
			world.sql`select from pg_stat_activity where datname = current_database() and query like 'listen %'`;
		await until(async () => expect((await channels()).length).toBeGreaterThan(0));
		await registerHook(world.sql, { active: false });
		await until(() => expect(n8n.workflows).toHaveLength(1));
		await until(async () => {
			const [row] = await world.sql`select sync_requested = sync_served as is_served from integrations`;
			expect(row).toEqual({ isServed: true });
		});
		await world.sql`update workflows set configuration = configuration || '{"desired": {"active": true}}'`;
		await until(() => expect(n8n.workflows).toMatchObject([{ active: true }]));
	});

	const lastSyncs = () =>
		world.sql`select from integrations where last_sync_at is not null`.then((rows) => rows.length);
}

/** Takes the next scan from the queue and does no more: a worker plans the one after it in a statement of its own. */
async function takeScan(world: World): Promise<void> {
	const log = createLog('silent');
	const { databaseUrl, redisUrl } = world.config();
	const queues = openQueues({
		databaseUrl,
		...(redisUrl && { redisUrl }),
		prefix: world.queuePrefix,
		log,
		outages: trackOutages(log),
	});
	const worker = queues.worker(QUEUES.workflowSync, () => Promise.resolve(), { concurrency: 1 });
	const { backend } = worker as unknown as {
		backend: { moveToActive(token: string): Promise<unknown[]> };
	};
	await worker.waitUntilReady();
	await until(async () => {
		const [taken] = await backend.moveToActive('of a worker that is gone');
		expect(taken).toBeTruthy();
	});
	await worker.close();
	queues.close();
}
