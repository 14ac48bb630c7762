import { beforeAll, expect, test } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { findWorkflows } from '../../../db/workflow/list';
import { registerWorkflows } from '../../../db/workflow/register';
import { requestSyncOfAll } from '../../../db/workflow/requestSync';
import { setWorkflowsActive } from '../../../db/workflow/setActive';
import { registrationSchema } from '../../../domain/workflow/registration';
import type { Workflow } from '../../../domain/workflow/workflow';
import type { N8nWorkflow } from '../../../domain/workflow/n8nWorkflow';
import { until } from '../../setup/until';
import type { Tenant, World } from '../world';

const settings = {
	executionOrder: 'v1',
	callerPolicy: 'workflowsFromAList',
	callerIds: 'abc, def',
	availableInMCP: true,
	binaryMode: 'separate',
	redactionPolicy: 'all',
};

const template = (credential: object, more: object = {}) => ({
	nodes: [
		{
			name: 'Every month',
			type: 'n8n-nodes-base.scheduleTrigger',
			typeVersion: 1.2,
			position: [0, 0],
			parameters: { rule: { interval: [{ field: 'months' }] } },
		},
		{
			name: 'LMA',
			type: 'n8n-nodes-lma.lma',
			typeVersion: 1,
			position: [220, 0],
			parameters: { resource: 'user', operation: 'getMany' },
			credentials: { lmaApi: credential },
		},
	],
	connections: { 'Every month': { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1', ...more },
});

/** What a real n8n binds, keeps and lets people change, and what is said of it. */
export function workflowDrift(getWorld: () => World): void {
	let beta: Tenant;
	let id: number;

	beforeAll(async () => {
		beta = await getWorld().addTenant('drift');
	});

	const asAcme = <T>(work: Parameters<typeof inOrganization<T>>[2]) => {
		const { slug, tenantSql } = getWorld().acme;
		return inOrganization(tenantSql, slug, work);
	};
	const register = async (input: object) => {
		const [result] = await asAcme((tx) => registerWorkflows(tx, [registrationSchema.parse(input)]));
		if (!result?.row) throw result?.error ?? new Error('Nothing was registered');
		return result.row;
	};
	const read = async (workflowId = id) => (await asAcme((tx) => findWorkflows(tx, [workflowId])))[0]!.row!;
	/** Has n8n looked at until the row is as expected. */
	const untilRow = (expected: Partial<Workflow>, workflowId = id) =>
		until(`workflow ${workflowId} is ${JSON.stringify(expected)}`, async () => {
			await asAcme((tx) => requestSyncOfAll(tx));
			const row = await read(workflowId);
			expect(row).toMatchObject(expected);
			return row;
		});
	const inN8n = async (workflowId = id) =>
		getWorld().n8n.api.workflows.get((await read(workflowId)).n8nWorkflowId);
	/** As somebody saves in n8n: the draft alone. */
	const save = async (change: (workflow: N8nWorkflow) => object) => {
		const workflow = await inN8n();
		const { name, nodes, connections } = workflow;
		const body = { name, nodes, connections, settings: {}, ...change(workflow) };
		const { url, workerApiKey } = getWorld().n8n;
		const answer = await fetch(`${url}/api/v1/workflows/${workflow.id}?publishIfActive=false`, {
			method: 'PUT',
			headers: { 'x-n8n-api-key': workerApiKey, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		expect(answer.status, await answer.clone().text()).toBe(200);
	};
	const nodesWith = ({ nodes }: N8nWorkflow, name: string, changes: object) => ({
		nodes: nodes.map((node) => (node['name'] === name ? { ...node, ...changes } : node)),
	});

	test('n8n itself binds a name to whichever credential has it', async () => {
		const { api } = getWorld().n8n;
		const { name } = beta.n8nCredential;
		const made = await api.workflows.create({ name: 'Bound by name', ...template({ id: null, name }) });
		expect(made.nodes[1]?.['credentials']).toEqual({ lmaApi: { id: beta.n8nCredential.id, name } });
	});

	test.each([
		['by its name', (name: string) => ({ name })],
		['by its id', (name: string, credentialId: string) => ({ id: credentialId, name })],
	])(
		'the LMA credential of another organization is not bound %s, nor published',
		async (title, credential) => {
			const { name, id: credentialId } = beta.n8nCredential;
			const input = {
				name: `Crossing ${title}`,
				template: template(credential(name, credentialId)),
				isActive: true,
			};
			const { id: crossing } = await register(input);
			const row = await untilRow({ state: 'failed', isActive: false }, crossing);
			expect(row.problem).toContain(`not mapped to this organization in n8n: "${name}"`);
			expect((await inN8n(crossing)).nodes[1]?.['credentials']).toBeUndefined();
		},
	);

	test('the mapped credential is bound, and settings reach n8n or are named', async () => {
		const input = { name: 'Drifting', template: template({ name: 'LMA' }, settings), isActive: true };
		id = (await register(input)).id;
		const row = await untilRow({ state: 'inStep', isActive: true });
		const workflow = await inN8n();
		expect(workflow.nodes[1]?.['credentials']).toEqual({
			lmaApi: { id: getWorld().n8n.credential.id, name: 'LMA' },
		});
		expect(workflow.settings).toMatchObject({
			callerPolicy: 'workflowsFromAList',
			callerIds: 'abc, def',
			availableInMCP: true,
		});
		// Redaction needs a licence of n8n: without one, it drops the setting and says nothing of that.
		expect(workflow.settings).not.toHaveProperty('redactionPolicy');
		expect(row.problem).toMatch(
			/^n8n keeps a value of its own for these settings of the template: .*redactionPolicy/,
		);
	});

	test('moving a node is no edit', async () => {
		await save((workflow) => nodesWith(workflow, 'LMA', { position: [900, 300] }));
		const { versionId, activeVersionId } = await inN8n();
		expect(versionId).not.toBe(activeVersionId);
		const row = await untilRow({ state: 'inStep' });
		expect(row.observed).toMatchObject({ draftEdits: null, publishedEdits: null });
	});

	test('a draft that is edited is told apart from what is published', async () => {
		await save((workflow) =>
			nodesWith(workflow, 'LMA', { parameters: { resource: 'campaign', operation: 'getMany' } }),
		);
		const row = await untilRow({ state: 'edited', isActive: true });
		expect(row.problem).toContain(
			'Its draft was edited in n8n: node "LMA" changed (parameters). The published version is unchanged.',
		);
		expect(row.observed?.publishedEdits).toBeNull();
	});

	test('publishing the edit is seen, and the template put back when that is asked for', async () => {
		const { api } = getWorld().n8n;
		await api.workflows.setPublished((await read()).n8nWorkflowId, true);
		const published = await until('the published edit is seen', async () => {
			await asAcme((tx) => requestSyncOfAll(tx));
			const row = await read();
			expect(row.observed?.publishedEdits).toMatchObject({
				changed: [{ node: 'LMA', parts: ['parameters'] }],
			});
			return row;
		});
		expect(published.problem).toContain('the edits are published');
		const input = { name: 'Drifting', template: template({ name: 'LMA' }, settings) };
		expect(await register(input)).toMatchObject({ id, action: 'unchanged', state: 'edited' });
		await register({ ...input, overwrite: true });
		await untilRow({ state: 'inStep', isActive: true });
		expect((await inN8n()).nodes[1]?.['parameters']).toMatchObject({ resource: 'user' });
	});

	test('unpublishing by hand is left alone until Set Active', async () => {
		await getWorld().n8n.api.workflows.setPublished((await read()).n8nWorkflowId, false);
		const row = await untilRow({ state: 'edited', isActive: false });
		expect(row.problem).toContain('It was unpublished in n8n by hand');
		expect((await inN8n()).active).toBe(false);
		await asAcme((tx) => setWorkflowsActive(tx, [{ workflowId: id, isActive: true }]));
		await untilRow({ state: 'inStep', isActive: true });
	});

	test('a name that was given by hand stays until the edits are to go', async () => {
		await save(() => ({ name: 'Named by hand' }));
		const row = await untilRow({ state: 'edited', name: 'Named by hand', registeredName: 'Drifting' });
		expect(row.problem).toContain('its name is now "Named by hand"');
		await register({ name: 'Drifting', template: template({ name: 'LMA' }, settings), overwrite: true });
		await untilRow({ state: 'inStep', name: 'Drifting', isActive: true });
	});

	test('an option of a node is applied though nothing else of the template is new', async () => {
		const { nodes, ...rest } = template({ name: 'LMA' }, settings);
		const tried = nodes.map((node) =>
			node.name === 'LMA' ? { ...node, retryOnFail: true, maxTries: 4 } : node,
		);
		await register({ name: 'Drifting', template: { ...rest, nodes: tried } });
		await untilRow({ state: 'inStep', isActive: true });
		expect((await inN8n()).nodes[1]).toMatchObject({ retryOnFail: true, maxTries: 4 });
	});

	test('what is archived by hand stays so, and once it is deleted is made anew when it is registered again', async () => {
		const { workflows } = getWorld().n8n.api;
		const before = (await read()).n8nWorkflowId;
		await workflows.archive(before);
		const row = await untilRow({ state: 'edited', isActive: false });
		expect(row.problem).toContain('It was archived in n8n by hand');
		const [refused] = await asAcme((tx) => setWorkflowsActive(tx, [{ workflowId: id, isActive: true }]));
		expect(refused?.error?.sentences).toContain('is archived in n8n. Unarchive it there first.');
		await workflows.remove(before);
		await untilRow({ state: 'missing', isActive: false });
		await register({ name: 'Drifting', template: template({ name: 'LMA' }, settings) });
		await untilRow({ state: 'inStep', isActive: true });
		expect((await read()).n8nWorkflowId).not.toBe(before);
	});

	test('a credential that is exchanged for another organization’s ends what runs', async () => {
		await save((workflow) =>
			nodesWith(workflow, 'LMA', { credentials: { lmaApi: { id: beta.n8nCredential.id, name: 'x' } } }),
		);
		await getWorld().n8n.api.workflows.setPublished((await read()).n8nWorkflowId, true);
		const row = await untilRow({ state: 'failed', isActive: false });
		expect(row.problem).toContain(`(id ${beta.n8nCredential.id}) of n8n, which is of another organization`);
		expect((await inN8n()).active).toBe(false);
	});
}
