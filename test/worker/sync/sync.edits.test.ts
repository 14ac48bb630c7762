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

/** Registered, published and read back. */
async function published(): Promise<{ id: number; workflow: FakeWorkflow }> {
	const { id } = await world.register({ template: intakeTemplate(), isActive: true });
	await world.sync(integrationId);
	expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	return { id, workflow: world.n8n.workflows[0]! };
}
const withPath = (workflow: FakeWorkflow, path: string) =>
	workflow.nodes.map((node) =>
		node.name === 'Hook' ? { ...node, parameters: { ...node.parameters, path } } : node,
	);
const pathInN8n = () => world.n8n.workflows[0]!.nodes[0]!.parameters as { path: string };

describe('a workflow that people edit in n8n', () => {
	it('is edited in its draft: which node, and that the published version is unchanged', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		await world.sync(integrationId);
		const row = await world.row(id);
		expect(row).toMatchObject({
			state: 'edited',
			isActive: true,
			problem:
				'Its draft was edited in n8n: node "Hook" changed (parameters). The published version is unchanged. Register it again with Overwrite Edits to have the template put back.',
			observed: {
				draftEdits: { changed: [{ node: 'Hook', parts: ['parameters'] }], added: [], removed: [] },
				publishedEdits: null,
			},
		});
	});

	it('is edited in its draft and published: says so', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		world.n8n.publish(workflow);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			problem: expect.stringContaining('the edits are published: node "Hook" changed (parameters)') as string,
			observed: { publishedEdits: { changed: [{ node: 'Hook' }] } },
		});
	});

	it('is edited where a node gets another name, another node comes and one goes', async () => {
		const { id, workflow } = await published();
		const [hook] = workflow.nodes;
		world.n8n.edit(workflow, {
			nodes: [
				{ ...hook!, name: 'Entry' },
				{ id: 'new', name: 'Slack', type: 'n8n-nodes-base.slack', parameters: {} },
			],
			connections: {},
		});
		await world.sync(integrationId);
		const { problem } = await world.row(id);
		expect(problem).toContain('node "Slack" added; node "LMA" removed; node "Hook" renamed to "Entry"');
	});

	it('is edited where it gets another name or other settings, which hold at once', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { name: 'By hand', settings: { ...workflow.settings, timezone: 'Asia/Tokyo' } });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			name: 'By hand',
			problem: expect.stringContaining(
				'It was edited in n8n: its name is now "By hand"; settings changed (timezone).',
			) as string,
		});
	});

	it('and set right again is in step', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		await world.sync(integrationId);
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'intake') });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('answers edited to the same template, and keeps the edits', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		await world.sync(integrationId);
		const again = await world.register({ template: intakeTemplate() });
		expect(again).toMatchObject({ id, action: 'unchanged', state: 'edited' });
		await world.sync(integrationId);
		expect(pathInN8n().path).toBe('by-hand');
	});

	it('gets the template back when that is asked for, its name and settings, too', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, {
			name: 'By hand',
			nodes: withPath(workflow, 'by-hand'),
			settings: { ...workflow.settings, timezone: 'Asia/Tokyo' },
		});
		world.n8n.publish(workflow);
		await world.sync(integrationId);
		const again = await world.register({ template: intakeTemplate(), overwrite: true });
		expect(again).toMatchObject({ id, action: 'updated', state: 'changing' });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ name: 'Intake', active: true }]);
		expect(pathInN8n().path).toBe('intake');
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('gets the template back though the edit was not seen before it was asked for', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		await world.register({ template: intakeTemplate(), overwrite: true });
		await world.sync(integrationId);
		expect(pathInN8n().path).toBe('intake');
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('has a published edit replaced though its draft was set right by hand', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		world.n8n.publish(workflow);
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'intake') });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			problem: expect.stringContaining('The version that is published in n8n is another one') as string,
		});
		await world.register({ template: intakeTemplate(), overwrite: true });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('is not replaced by a new template, which is said once and not tried again and again', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'by-hand') });
		await world.register({ template: intakeTemplate({ path: 'contact' }) });
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			problem: expect.stringMatching(/node "Hook" changed.*The new template was not applied/) as string,
		});
		expect(pathInN8n().path).toBe('by-hand');
		const asked = world.n8n.requests.length;
		await world.sync(integrationId);
		expect(world.n8n.requests.length - asked).toBe(1);
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'intake') });
		await world.sync(integrationId);
		expect(pathInN8n().path).toBe('contact');
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('is in step when somebody edited it into what the new template says', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { nodes: withPath(workflow, 'contact') });
		world.n8n.publish(workflow);
		await world.sync(integrationId);
		await world.register({ template: intakeTemplate({ path: 'contact' }) });
		await world.sync(integrationId);
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
		expect(world.writes).toEqual(['POST ', 'POST /made0001/publish']);
	});
});

describe('what is no edit', () => {
	/** Everything that saving in the editor does by itself. */
	const moved = (workflow: FakeWorkflow) => [
		...workflow.nodes.map((node) => ({
			...node,
			position: [720, 480],
			webhookId: node['webhookId'] ?? 'given-by-n8n',
			parameters: { ...node.parameters, options: {} },
		})),
		{
			id: 'note',
			name: 'Sticky Note',
			type: 'n8n-nodes-base.stickyNote',
			position: [0, 300],
			parameters: { content: 'Mind the gap' },
		},
	];

	it('moving nodes and sticking a note to the canvas: in step, and a new template is applied, which leaves the note', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, {
			nodes: moved(workflow) as never,
			settings: { ...workflow.settings, callerPolicy: 'workflowsFromSameOwner', availableInMCP: false },
		});
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
		await world.register({ template: intakeTemplate({ path: 'contact' }) });
		await world.sync(integrationId);
		expect(pathInN8n().path).toBe('contact');
		expect(world.n8n.workflows[0]!.nodes.at(-1)).toMatchObject({ parameters: { content: 'Mind the gap' } });
		expect(await world.row(id)).toMatchObject({ state: 'inStep', problem: null });
	});

	it('another name does not keep a new template from being applied, and stays', async () => {
		const { id, workflow } = await published();
		world.n8n.edit(workflow, { name: 'By hand' });
		await world.register({ template: intakeTemplate({ path: 'contact' }) });
		await world.sync(integrationId);
		expect(world.n8n.workflows).toMatchObject([{ name: 'By hand' }]);
		expect(pathInN8n().path).toBe('contact');
		await world.sync(integrationId);
		expect(await world.row(id)).toMatchObject({
			state: 'edited',
			problem: expect.stringContaining('its name is now "By hand"') as string,
		});
	});
});

it('a scan of workflows that nobody touched rewrites nothing and asks for nothing more', async () => {
	const { id } = await published();
	await world.sync(integrationId);
	const state = () => world.world.sql`select xmin::text from workflow_sync_states where workflow_id = ${id}`;
	const before = [await state(), world.n8n.requests.length] as const;
	await world.sync(integrationId);
	expect([await state(), world.n8n.requests.length - 1]).toEqual(before);
});

it.each([
	{ onError: 'continueRegularOutput' },
	{ retryOnFail: true, maxTries: 4, waitBetweenTries: 2_000 },
	{ executeOnce: true },
	{ alwaysOutputData: true },
	{ notes: 'Asks for leads', notesInFlow: true },
])(
	'a new template of which only %j is new is applied, and that is gone with the next one',
	async (options) => {
		const withOptions = (given: object) => {
			const { nodes, ...rest } = intakeTemplate();
			return { ...rest, nodes: nodes.map((node) => (node.name === 'LMA' ? { ...node, ...given } : node)) };
		};
		const { id } = await world.register({ template: withOptions({}), isActive: true });
		await world.sync(integrationId);
		await world.register({ template: withOptions(options) });
		await world.sync(integrationId);
		expect(world.n8n.workflows[0]?.nodes[1]).toMatchObject(options);
		expect(await world.row(id)).toMatchObject({ state: 'inStep', isActive: true });
		await world.register({ template: withOptions({}) });
		await world.sync(integrationId);
		expect(Object.keys(world.n8n.workflows[0]!.nodes[1]!)).not.toEqual(
			expect.arrayContaining(Object.keys(options)),
		);
		expect(await world.row(id)).toMatchObject({ state: 'inStep' });
	},
);
