import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { FakeWorkflow } from '../support/fakeN8n';
import { intakeTemplate, SyncWorld } from '../support/syncWorld';

let world: SyncWorld;
let integrationId: number;

beforeAll(async () => {
	world = await SyncWorld.create();
});
afterAll(() => world.destroy());
beforeEach(async () => {
	await world.begin();
	integrationId = await world.connect();
});
afterEach(() => world.end());

async function registered(isActive: boolean): Promise<{ id: number; workflow: FakeWorkflow }> {
	const { id } = await world.register({ template: intakeTemplate(), isActive });
	await world.sync(integrationId);
	expect(await world.row(id)).toMatchObject({ state: 'inStep', isActive });
	return { id, workflow: world.n8n.workflows[0]! };
}

describe('what was unpublished in n8n by hand', () => {
	it('stays so, and says so, until Set Active', async () => {
		const { id, workflow } = await registered(true);
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			desiredActive: true,
			isActive: false,
			problem:
				'It was unpublished in n8n by hand, and is left so until Set Active says again what is wanted.',
			observed: { overruledAt: expect.any(String) as string },
		});
		expect(await world.setActive(id, true)).toMatchObject({ state: 'changing', problem: null });
		await world.sync(integrationId);
		expect(workflow.active).toBe(true);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('is published again when Set Active says so before anybody has looked', async () => {
		const { id, workflow } = await registered(true);
		world.n8n.publish(workflow, false);
		await world.setActive(id, true);
		const [asked] = await world.world.sql<{ isAwaited: boolean }[]>`
			select sync_requested > sync_served as is_awaited from integrations where id = ${integrationId}`;
		await world.sync(integrationId);
		expect(workflow.active).toBe(true);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
		expect(asked).toEqual({ isAwaited: true });
	});

	it('stays so when that happened between the scan and the change that was due', async () => {
		const { id, workflow } = await registered(true);
		await world.register({ template: intakeTemplate({ path: 'contact' }), isActive: true });
		let isStopped = false;
		world.n8n.trap = ({ method, path }) => {
			const isReadBack = method === 'GET' && path.endsWith(`/workflows/${workflow.id}`);
			if (isReadBack && !isStopped) world.n8n.publish(workflow, false);
			isStopped ||= isReadBack;
			return false;
		};
		await world.sync(integrationId);
		expect(isStopped).toBe(true);
		expect(workflow).toMatchObject({ active: false, nodes: [{ parameters: { path: 'contact' } }, {}] });
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			problem: expect.stringContaining('It was unpublished in n8n by hand') as string,
		});
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		expect(world.writes.filter((write) => write.endsWith('/publish'))).toHaveLength(1);
	});

	it('stays so when the same is registered again, and when a new template comes, which is applied', async () => {
		const { id, workflow } = await registered(true);
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		await world.register({ template: intakeTemplate(), isActive: true });
		await world.sync(integrationId);
		await world.register({ template: intakeTemplate({ path: 'contact' }), isActive: true });
		await world.sync(integrationId);
		expect(workflow).toMatchObject({ active: false, nodes: [{ parameters: { path: 'contact' } }, {}] });
		expect(await world.row(id)).toMatchObject({ state: 'edited', isActive: false });
	});

	it('is in step when somebody publishes it there again, or wants it so', async () => {
		const { id, workflow } = await registered(true);
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		world.n8n.publish(workflow);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		await world.setActive(id, false);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null, isActive: false });
	});

	it('and was only followed before Set Active, stays so as well', async () => {
		const [found] = world.n8n.add(1);
		await world.sync(integrationId);
		const [{ id } = { id: 0 }] = await world.world.sql<{ id: number }[]>`select id from workflows`;
		await world.setActive(id, true);
		await world.sync(integrationId);
		world.n8n.publish(found!, false);
		await world.sync(integrationId);
		expect(found!.active).toBe(false);
		expect(await world.row(id)).toMatchObject({ state: 'edited' });
	});
});

it('what was published in n8n by hand stays so, until Set Active', async () => {
	const { id, workflow } = await registered(false);
	world.n8n.publish(workflow);
	await world.sync(integrationId);
	expect(workflow.active).toBe(true);
	expect(await world.row(id)).toMatchObject({
		state: 'edited',
		problem: expect.stringContaining('It was published in n8n by hand') as string,
	});
	await world.setActive(id, false);
	await world.sync(integrationId);
	expect(workflow.active).toBe(false);
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
});

describe('Set Active while n8n is being looked at', () => {
	/** Answers the first request of this kind as it would be by now, once `meanwhile` is over. */
	const during = (
		isMeant: (request: { method?: string; path: string }) => boolean,
		meanwhile: () => Promise<unknown>,
	) => {
		let isOver = false;
		world.n8n.trap = (request, response) => {
			if (isOver || !isMeant(request)) return false;
			isOver = true;
			const data = structuredClone(world.n8n.workflows);
			void meanwhile().finally(() => {
				response.setHeader('content-type', 'application/json');
				response.end(
					JSON.stringify(request.path.includes('/workflows?') ? { data, nextCursor: null } : data[0]),
				);
			});
			return true;
		};
	};

	it('counts more than what was done by hand after n8n was read', async () => {
		const { id, workflow } = await registered(true);
		during(
			({ path }) => path.includes('/workflows?'),
			async () => {
				world.n8n.publish(workflow, false);
				await world.setActive(id, true);
			},
		);
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		await world.sync(integrationId);
		expect(workflow.active).toBe(true);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', isActive: true, problem: null });
	});

	it('is not taken for something done by hand when a change was just read back', async () => {
		const { id, workflow } = await registered(true);
		await world.register({ template: intakeTemplate({ path: 'contact' }), isActive: true });
		let reads = 0;
		during(
			({ method, path }) => method === 'GET' && path.endsWith(`/workflows/${workflow.id}`) && ++reads === 2,
			() => world.setActive(id, false),
		);
		await world.sync(integrationId);
		expect(reads).toBe(2);
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', desiredActive: false, problem: null });
	});

	it('lets what is done by hand stay as soon as the next look has found it as wanted', async () => {
		const { id, workflow } = await registered(true);
		during(
			({ path }) => path.includes('/workflows?'),
			() => world.setActive(id, true),
		);
		await world.sync(integrationId);
		await world.sync(integrationId);
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		expect(await world.row(id)).toMatchObject({ state: 'edited' });
	});
});

describe('what was archived and deleted in n8n', () => {
	it('is made anew when it is registered before anybody has looked, without the old problem', async () => {
		const { id, workflow } = await registered(true);
		Object.assign(workflow, { isArchived: true, active: false, activeVersionId: null });
		await world.register({ template: intakeTemplate({ path: 'contact' }) });
		await world.sync(integrationId);
		expect((await world.row(id)).problem).toContain('archived in n8n');
		world.n8n.workflows = [];
		const again = await world.register({ template: intakeTemplate({ path: 'contact' }) });
		expect(again.problem ?? '').not.toContain('Unarchive');
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ active: true }]);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('is made anew under its registered name, whatever people called it there', async () => {
		const { id, workflow } = await registered(true);
		world.n8n.edit(workflow, { name: 'By hand' });
		await world.sync(integrationId);
		world.n8n.workflows = [];
		await world.register({ template: intakeTemplate() });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ name: 'Intake', active: true }]);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ name: 'Intake', state: 'inStep', problem: null });
	});

	it('is not made anew for a registration from before', async () => {
		const { id } = await registered(true);
		await world.register({ template: intakeTemplate() });
		await world.sync(integrationId);
		world.n8n.workflows = [];
		await world.sync(integrationId);
		await world.sync(integrationId);
		expect(world.n8n.workflows).toEqual([]);
		expect(await world.row(id)).toMatchObject({ state: 'missing' });
	});
});
