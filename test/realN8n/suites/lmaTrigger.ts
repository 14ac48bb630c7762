import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';

import { addWorkflow } from '../../../cli/n8n/provision';
import type { ExportedWorkflow } from '../../../cli/n8n/exportedWorkflow';
import { inOrganization } from '../../../db/connection/tenancy';
import { createLeads } from '../../../db/lead/create';
import { until } from '../../setup/until';
import type { Tenant, World } from '../world';

/** The LMA Trigger in an n8n that is unpublished, killed and started again. A note on the lead shows an execution. */
export function lmaTrigger(getWorld: () => World): void {
	let tenant: Tenant;
	let workflowId: string;

	beforeAll(async () => {
		tenant = await getWorld().addTenant('trigger');
		const { id } = await addWorkflow(getWorld().n8n.api, noteTaker(3), tenant.n8nCredential);
		workflowId = id;
		// n8n says that it is published before the trigger runs, and a new one begins at that moment.
		await until('the trigger runs', async () => {
			const rows = await getWorld().sql`
				select from lma.event_subscriptions where name like ${`%:${id}:%`}`;
			return rows.length > 0;
		});
	});

	async function insertLead(name: string): Promise<number> {
		const [created] = await inOrganization(tenant.tenantSql, tenant.slug, (tx) =>
			createLeads(tx, [{ email: `${name}@trigger.test`, firstName: name, lastName: 'Lead' }]),
		);
		if (!created?.row) throw new Error('The lead was not created', { cause: created?.error });
		return created.row.id;
	}

	const notesOf = (leadId: number) => getWorld().sql<{ content: string }[]>`
		select content from lead_notes where lead_id = ${leadId}`;

	/** The lease of an n8n that was killed lasts half a minute, and n8n takes its time to start. */
	async function noted(leadId: number): Promise<number> {
		const count = async () => (await notesOf(leadId)).length || undefined;
		return await until(`a note on lead ${leadId}`, count, 120_000);
	}

	/** A batch is in hand: the execution waits. */
	async function underWay(): Promise<void> {
		await until('an execution', async () => {
			const rows = await getWorld().sql`
				select from lma.event_subscriptions
				where name like ${`%:${workflowId}:%`} and lease_until > now()`;
			return rows.length > 0;
		});
	}

	test('a new lead starts an execution', async () => {
		expect(await noted(await insertLead('Ada'))).toBe(1);
	});

	test('what happens while the workflow is unpublished is caught up', async () => {
		const { api } = getWorld().n8n;
		expect(await api.workflows.setPublished(workflowId, false)).toBe(true);
		const leadId = await insertLead('Grace');
		expect(await api.workflows.setPublished(workflowId, true)).toBe(true);
		expect(await noted(leadId)).toBe(1);
	});

	test('n8n killed in the middle of an execution, and down for a while, misses nothing', async () => {
		const { n8n } = getWorld();
		const cutOff = await insertLead('Barbara');
		await underWay();
		const start = await n8n.kill();
		expect(await notesOf(cutOff)).toHaveLength(0);
		const whileDown = await insertLead('Margaret');
		await start();
		expect(await noted(cutOff)).toBe(1);
		expect(await noted(whileDown)).toBe(1);
	});

	test('the database ending its connections is no more than a pause', async () => {
		await getWorld().sql`
			select pg_terminate_backend(pid)
			from pg_stat_activity
			where application_name like 'n8n-nodes-lma%' and datname = current_database()`;
		expect(await noted(await insertLead('Radia'))).toBe(1);
	});
}

/** LMA Trigger, a pause, and a note on the lead. */
function noteTaker(pauseSeconds: number): ExportedWorkflow {
	const lmaApi = { lmaApi: { id: '', name: '' } };
	return {
		name: 'Notes on new leads',
		nodes: [
			{
				id: randomUUID(),
				name: 'LMA Trigger',
				type: 'n8n-nodes-lma.lmaTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: { events: ['lead.created'] },
				credentials: lmaApi,
			},
			{
				id: randomUUID(),
				name: 'Wait',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				position: [200, 0],
				parameters: { amount: pauseSeconds, unit: 'seconds' },
			},
			{
				id: randomUUID(),
				name: 'LMA',
				type: 'n8n-nodes-lma.lma',
				typeVersion: 1,
				position: [400, 0],
				parameters: {
					resource: 'note',
					operation: 'create',
					leadId: { __rl: true, mode: 'id', value: '={{ $json.leadId }}' },
					content: '={{ $json.key }}',
				},
				credentials: lmaApi,
			},
		],
		connections: {
			'LMA Trigger': { main: [[{ node: 'Wait', type: 'main', index: 0 }]] },
			Wait: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	} as ExportedWorkflow;
}
