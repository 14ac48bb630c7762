import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

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
	return { id, workflow: world.n8n.workflows[0]! };
}

describe('a workflow that is renamed', () => {
	it('gets the name in n8n, is in step, and is registered by it', async () => {
		const { id } = await published();
		expect(await world.rename(id, 'Form')).toMatchObject({ action: 'updated', state: 'changing' });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ name: 'Form', active: true }]);
		expect(await world.row(id)).toMatchObject({
			state: 'inStep',
			name: 'Form',
			registeredName: 'Form',
			problem: null,
		});
		expect(await world.register({ name: 'Form', template: intakeTemplate() })).toMatchObject({ id });
		expect(await world.rename(id, 'Form')).toMatchObject({ action: 'unchanged' });
	});

	it('keeps what people have edited, and does not publish their draft', async () => {
		const { id, workflow } = await published();
		const nodes = workflow.nodes.map((node) => ({ ...node, parameters: { path: 'by-hand' } }));
		world.n8n.edit(workflow, { nodes });
		await world.rename(id, 'Form');
		await world.sync(integrationId);
		expect(workflow).toMatchObject({ name: 'Form', nodes, active: true });
		expect(workflow.activeVersion?.nodes[0]?.parameters).toMatchObject({ path: 'intake' });
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			observed: { draftEdits: { changed: [{}, {}] }, publishedEdits: null },
		});
	});

	it('before n8n has it is made under the new name, once', async () => {
		const { id } = await world.register({ template: intakeTemplate() });
		await world.rename(id, 'Form');
		await world.sync(integrationId);
		await world.sync(integrationId);
		expect(world.n8n.workflows.map(({ name }) => name)).toEqual(['Form']);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', name: 'Form' });
	});

	it('gets no name that another workflow there has, and none when it was only found', async () => {
		const { id } = await published();
		world.n8n.add(1, { name: 'Theirs' });
		await world.sync(integrationId);
		const theirs = (await world.rows()).find(({ name }) => name === 'Theirs')!;
		await expect(world.rename(id, 'Theirs')).rejects.toThrow(
			`The name "Theirs" is that of workflow ${theirs.id}, which is in n8n`,
		);
		await expect(world.rename(theirs.id, 'Other')).rejects.toThrow('was found in n8n, and is not registered');
		const { id: second } = await world.register({ name: 'Second', template: intakeTemplate({ path: 'x' }) });
		await expect(world.rename(second, 'Intake')).rejects.toThrow(`is that of workflow ${id}`);
	});
});
