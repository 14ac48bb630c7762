import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { FakeNode } from '../support/fakeN8n';
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

/** What a person has made and published in n8n, and the worker has seen. */
async function followed(name = 'Intake', path = 'theirs') {
	const { nodes, connections, settings } = intakeTemplate({ path });
	const own = nodes.map((node, n) => ({ ...node, id: `own-${n}`, webhookId: `hook-${n}` })) as FakeNode[];
	const [workflow] = world.n8n.add(1, { name, nodes: own, connections, settings });
	await world.sync(integrationId);
	const row = (await world.rows()).find(({ n8nWorkflowId }) => n8nWorkflowId === workflow!.id)!;
	return { workflow: workflow!, id: row.id };
}

describe('a workflow that people have made in n8n', () => {
	it('is taken in hand as it is: its content is the template, and nothing is written', async () => {
		const { id, workflow } = await followed();
		expect(await world.take({ workflowId: id })).toMatchObject({ action: 'taken', state: 'changing' });
		await world.sync(integrationId);
		expect(world.writes).toEqual([]);
		expect(await world.row(id)).toMatchObject({
			state: 'inStep',
			registeredName: 'Intake',
			problem: null,
			desiredActive: true,
			configuration: { desired: { active: true } },
		});
		expect(await world.take({ workflowId: id })).toMatchObject({ action: 'unchanged' });
		// From now on, edits are told, and templates are applied.
		world.n8n.edit(workflow, { nodes: [...workflow.nodes].reverse().slice(1) });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'edited' });
		await world.register({ template: intakeTemplate({ path: 'new' }), overwrite: true });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep' });
		expect(world.n8n.workflows).toHaveLength(1);
		// Whoever has the address of its form keeps it.
		expect(world.n8n.workflows[0]?.nodes[0]).toMatchObject({
			webhookId: 'hook-0',
			parameters: { path: 'new' },
		});
	});

	it('stays unpublished when that was done a moment ago', async () => {
		const { id, workflow } = await followed();
		await world.take({ workflowId: id });
		world.n8n.publish(workflow, false);
		await world.sync(integrationId);
		expect(workflow.active).toBe(false);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', desiredActive: false });
	});

	it('is not taken in hand with a secret in it, and says where', async () => {
		const { id, workflow } = await followed();
		const [hook, ...others] = workflow.nodes;
		world.n8n.edit(workflow, {
			nodes: [{ ...hook!, parameters: { options: { password: 'hunter2' } } }, ...others],
		});
		await world.take({ workflowId: id });
		await world.sync(integrationId);
		const row = await world.row(id);
		expect(row).toMatchObject({
			state: 'failed',
			problem: expect.stringMatching(/looks like a secret, at node "Hook"/) as string,
		});
		expect(JSON.stringify(row)).not.toContain('hunter2');
		expect(world.writes).toEqual([]);
	});

	it('is in the way of a registration by its name, which makes no second', async () => {
		const { id } = await followed();
		await expect(world.register({ template: intakeTemplate() })).rejects.toThrow(
			`n8n "main" has a workflow of this name, which is not registered: ${id}`,
		);
		expect(await world.rows()).toHaveLength(1);
		await world.sync(integrationId);
		expect(world.n8n.workflows).toHaveLength(1);
	});

	it('gets the template where its content is to be overwritten, and stays published', async () => {
		const { id, workflow } = await followed();
		expect(await world.register({ template: intakeTemplate(), overwrite: true })).toMatchObject({ id });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toEqual([workflow]);
		expect(workflow).toMatchObject({ active: true, nodes: [{ parameters: { path: 'intake' } }, {}] });
		expect(await world.row(id)).toMatchObject({ state: 'inStep', desiredActive: true });
	});

	it('is told of when it came before the worker could make the registered one', async () => {
		const { id } = await world.register({ template: intakeTemplate() });
		const theirs = await followed();
		expect(world.n8n.workflows).toHaveLength(1);
		expect(await world.row(id)).toMatchObject({
			state: 'failed',
			problem: expect.stringContaining(`which is not registered: ${theirs.id}.`) as string,
		});
		// Named otherwise, there is room.
		await world.rename(id, 'Other');
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', name: 'Other' });
	});

	it('is one of two of a name: neither is chosen, and only one can be registered', async () => {
		const first = await followed();
		const second = await followed('Intake', 'other');
		await expect(world.register({ template: intakeTemplate(), overwrite: true })).rejects.toThrow(
			`has 2 workflows of this name, which are not registered: ${first.id}, ${second.id}`,
		);
		await world.take({ workflowId: first.id });
		await expect(world.take({ workflowId: second.id })).rejects.toThrow(
			`The name "Intake" is that of workflow ${first.id}, which is registered`,
		);
	});

	it('is taken in hand once, however many ask at the same time', async () => {
		const { id } = await followed();
		const both = await Promise.allSettled([
			world.take({ workflowId: id }),
			world.register({ template: intakeTemplate(), overwrite: true }),
			world.take({ workflowId: id, isActive: true }),
		]);
		expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
		await world.sync(integrationId);
		await world.sync(integrationId);
		expect([world.n8n.workflows.length, (await world.rows()).length]).toEqual([1, 1]);
		expect(await world.row(id)).toMatchObject({ state: 'inStep' });
	});
});
