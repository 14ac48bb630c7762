import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../support/child';
import { FakeN8n } from '../support/fakeN8n';
import { until, World } from '../support/world';
import { registerHook } from './registerHook';

const sync = { everyMs: 300, planEveryMs: 200, concurrency: 2 };

let world: World;
let n8n: FakeN8n;
let child: WorkerProcess | undefined;

beforeAll(async () => {
	world = await World.create();
});
afterAll(() => world.destroy());
beforeEach(async () => {
	n8n = await FakeN8n.start();
	await world.integration({
		integrationType: 'n8n',
		name: 'main',
		configuration: { baseUrl: n8n.url },
		secret: n8n.apiKey,
	});
});
afterEach(async () => {
	await child?.kill();
	await world.stopWorkers();
	await n8n.stop();
	await world.sql`delete from workflows`;
	await world.sql`delete from integrations`;
});

const stored = () =>
	world.sql`
		select w.n8n_workflow_id, w.is_active, s.last_error
		from workflows w
		join workflow_sync_states s on s.workflow_id = w.id`;

describe('a worker that is killed', () => {
	it.each([
		['after n8n made a workflow, before it could note that', 'afterWrite', true],
		['before n8n made it', 'trap', false],
	] as const)('%s leaves one workflow in the end, published', async (_title, moment, isMade) => {
		let isHanging = false;
		n8n[moment] = ({ method }) => {
			if (method !== 'POST' || isHanging) return false;
			isHanging = true;
			return true;
		};
		child = await startWorkerProcess(
			{ DATABASE_URL: world.database.workerUrl, LMA_ENCRYPTION_KEY: world.encryptionKeyText },
			{ queuePrefix: world.queuePrefix, sync },
		);
		await registerHook(world.sql, { active: true });
		await until(() => expect(isHanging).toBe(true));
		await child.kill();
		expect(n8n.workflows).toHaveLength(isMade ? 1 : 0);
		// What was not found is made again two minutes after it was asked for.
		if (!isMade)
			await world.sql`update workflow_sync_states set create_started_at = now() - interval '3 minutes'`;
		await world.startWorker({}, { sync });
		await until(() => expect(n8n.workflows).toMatchObject([{ active: true }]));
		await until(async () => {
			expect(await stored()).toEqual([
				{ n8nWorkflowId: n8n.workflows[0]?.id, isActive: true, lastError: null },
			]);
		});
		expect(n8n.workflows).toHaveLength(1);
	});
});
