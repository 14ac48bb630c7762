import { expect, test } from 'vitest';

import { inOrganization } from '../../../db/connection/tenancy';
import { findWorkflows } from '../../../db/workflow/list';
import { registerWorkflows } from '../../../db/workflow/register';
import { setWorkflowsActive } from '../../../db/workflow/setActive';
import { registrationSchema } from '../../../domain/workflow/registration';
import type { Workflow } from '../../../domain/workflow/workflow';
import { listUnarchivedWorkflows } from '../../../n8n/listUnarchivedWorkflows';
import { until } from '../../setup/until';
import type { World } from '../world';

const path = 'registered-by-name';

/** A webhook that answers with a word. */
const template = (word: string) => ({
	nodes: [
		{
			name: 'Hook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			parameters: { path, httpMethod: 'POST', responseMode: 'lastNode' },
			webhookId: '11111111-1111-4111-8111-111111111111',
		},
		{
			name: 'Answer',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [220, 0],
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ word }) },
			notes: 'Says one word',
		},
	],
	connections: { Hook: { main: [[{ node: 'Answer', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1', saveManualExecutions: true, errorWorkflow: 'elsewhere' },
	pinData: {},
	meta: { instanceId: 'elsewhere' },
});

/** What n8n 2.40 really takes, keeps and publishes. */
export function registeredWorkflows(getWorld: () => World): void {
	let id: number;

	async function register(word: string, name = 'Registered'): Promise<Workflow> {
		const input = { name, template: template(word), isActive: true };
		const { slug, tenantSql } = getWorld().acme;
		const [result] = await inOrganization(tenantSql, slug, (tx) =>
			registerWorkflows(tx, [registrationSchema.parse(input)]),
		);
		if (!result?.row) throw result?.error ?? new Error('Nothing was registered');
		return result.row;
	}
	async function read(workflowId = id): Promise<Workflow | undefined> {
		const { slug, tenantSql } = getWorld().acme;
		const [found] = await inOrganization(tenantSql, slug, (tx) => findWorkflows(tx, [workflowId]));
		return found?.row;
	}
	const untilIn = (state: Workflow['state'], workflowId = id) =>
		until(`workflow ${workflowId} is ${state}`, async () => {
			const row = await read(workflowId);
			if (row?.state === state) return row;
			throw new Error(`it is ${row?.state}: ${row?.problem}`);
		});
	// Publishing is asynchronous: the first calls may still be answered with 404.
	const untilAnswered = (status: number, body: unknown) =>
		until(`the webhook answers ${status}`, async () => {
			const answer = await fetch(`${getWorld().n8n.url}/webhook/${path}`, { method: 'POST' });
			expect(answer.status).toBe(status);
			if (status === 200) expect(await answer.json()).toEqual(body);
			return true;
		});

	test('are made, published and run', async () => {
		id = (await register('first')).id;
		const row = await untilIn('inStep');
		expect(row).toMatchObject({ isActive: true, observed: { isArchived: false } });
		expect(row.problem).toContain('The setting errorWorkflow was left out');
		await untilAnswered(200, { word: 'first' });
	});

	test('get a new template while they run', async () => {
		expect((await register('second')).id).toBe(id);
		await untilIn('inStep');
		await untilAnswered(200, { word: 'second' });
		const copies = (await listUnarchivedWorkflows(getWorld().n8n.api)).filter(
			({ name }) => name === 'Registered',
		);
		expect(copies).toHaveLength(1);
	});

	test('that n8n cannot publish say why', async () => {
		const other = await register('third', 'On the same path');
		const row = await untilIn('failed', other.id);
		expect(row.problem).toMatch(/^n8n answered 4\d\d to publishing a workflow: .*(webhook|path|conflict)/i);
		expect(row.isActive).toBe(false);
	});

	test('are unpublished when that is wanted', async () => {
		const { slug, tenantSql } = getWorld().acme;
		await inOrganization(tenantSql, slug, (tx) =>
			setWorkflowsActive(tx, [{ workflowId: id, isActive: false }]),
		);
		await untilIn('inStep');
		await untilAnswered(404, undefined);
	});
}
