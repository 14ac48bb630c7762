import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { status } from '../support/fakeN8n';
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

async function published() {
	const { id } = await world.register({ template: intakeTemplate(), isActive: true });
	await world.sync(integrationId);
	return id;
}

describe('a workflow that is registered no longer', () => {
	it('stays in n8n as it is, and is only followed', async () => {
		const id = await published();
		const writes = world.writes.length;
		expect(await world.unregister(id)).toMatchObject({ id, action: 'released', state: 'followed' });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'followed',
			registeredName: null,
			desiredActive: null,
			isActive: true,
			problem: null,
		});
		expect(world.writes).toHaveLength(writes);
		expect(await world.unregister(id)).toMatchObject({ action: 'unchanged' });
	});

	it('is archived in n8n where that is asked for, and is followed then', async () => {
		const id = await published();
		expect(await world.unregister(id, 'archive')).toMatchObject({ action: 'requested', state: 'changing' });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ isArchived: true, active: false }]);
		expect(await world.row(id)).toMatchObject({ state: 'followed', observed: { isArchived: true } });
	});

	it('is deleted in n8n where that is asked for, and here', async () => {
		const id = await published();
		await world.unregister(id, 'delete');
		await world.sync(integrationId);
		expect(world.n8n.workflows).toEqual([]);
		expect(await world.rows()).toEqual([]);
		await world.sync(integrationId);
		expect(world.n8n.workflows).toEqual([]);
	});

	it('is gone at once when n8n was never asked to make it, and is never made', async () => {
		const { id } = await world.register({ template: intakeTemplate() });
		expect(await world.unregister(id, 'delete')).toMatchObject({ id, action: 'removed' });
		await world.sync(integrationId);
		expect([world.n8n.workflows, await world.rows()]).toEqual([[], []]);
	});

	it('is deleted although nobody knew yet that n8n had made it', async () => {
		const { id } = await world.register({ template: intakeTemplate(), isActive: true });
		// Made, and the answer is lost.
		world.n8n.afterWrite = status(500);
		await world.sync(integrationId);
		world.n8n.afterWrite = () => false;
		expect(world.n8n.workflows).toHaveLength(1);
		expect(await world.unregister(id, 'delete')).toMatchObject({ action: 'requested' });
		await world.sync(integrationId);
		expect([world.n8n.workflows, await world.rows()]).toEqual([[], []]);
	});

	it('says why n8n did not do it, and goes on when it does', async () => {
		const id = await published();
		await world.unregister(id, 'delete');
		world.n8n.trap = (request, response) => request.method === 'DELETE' && status(403)(request, response);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining('workflow:delete') as string,
		});
		world.n8n.trap = () => false;
		// Registered again, it is not to go any more.
		expect(await world.register({ template: intakeTemplate(), isActive: true })).toMatchObject({ id });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', isActive: true });
		expect(world.n8n.workflows).toHaveLength(1);
	});

	it('is neither archived nor deleted when it was only found in n8n', async () => {
		world.n8n.add(1);
		await world.sync(integrationId);
		const [found] = await world.rows();
		await expect(world.unregister(found!.id, 'delete')).rejects.toThrow(
			`Workflow ${found!.id} was found in n8n, and is not registered`,
		);
	});
});
