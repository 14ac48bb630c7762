import type { IDataObject } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let integrationId: number;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	integrationId = await connectN8n(lma.acme.id, 'main');
});
afterEach(async () => {
	await lma.owner`delete from workflows`;
	await lma.owner`delete from integrations`;
});

async function connectN8n(organizationId: number, name: string): Promise<number> {
	const [row] = await lma.owner<{ id: number }[]>`
		insert into integrations (organization_id, integration_type, name)
		values (${organizationId}, 'n8n', ${name})
		returning id`;
	return row!.id;
}

const requested = async (id = integrationId) => {
	const [row] = await lma.owner<{ n: number }[]>`
		select (sync_requested - sync_served)::int as n from integrations where id = ${id}`;
	return row!.n;
};

/** A workflow as n8n downloads it. */
const template = {
	name: 'As exported',
	id: 'abc',
	pinData: { Hook: [{ json: { email: 'ada@example.com' } }] },
	nodes: [
		{
			id: '1',
			name: 'Hook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			position: [0, 0],
			parameters: { path: 'intake' },
		},
		{ id: '2', name: 'LMA', type: 'n8n-nodes-lma.lma', typeVersion: 1, position: [200, 0], parameters: {} },
	],
	connections: { Hook: { main: [[{ node: 'LMA', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
};

type NodeParameters = Parameters<LmaUnderTest['output']>[1];

const register = (parameters: Record<string, unknown> = {}, items?: IDataObject[]) =>
	lma.output(
		'workflow.register',
		{ name: 'Intake', template, ...parameters } as unknown as NodeParameters,
		items,
	);

/** What the worker writes once n8n has it. */
async function madeInN8n(id: unknown, { isActive = false, error = null as string | null } = {}) {
	await lma.owner`
		update workflows set n8n_workflow_id = 'remote1', is_active = ${isActive} where id = ${id as number}`;
	await lma.owner`
		insert into workflow_sync_states (
			workflow_id, organization_id, registration_id, remote_version_id, last_seen_at, last_error)
		values (${id as number}, ${lma.acme.id}, gen_random_uuid(), 'v1', '2026-03-01T09:00:00Z', ${error})`;
}

describe('workflow register', () => {
	test('stores a template as something that n8n is to have, and wakes the worker', async () => {
		const [row] = await register({ additionalFields: { category: 'intake', description: 'From the site' } });
		expect(row).toMatchObject({
			action: 'created',
			organizationId: lma.acme.id,
			integrationId,
			integrationName: 'main',
			n8nWorkflowId: expect.stringMatching(/^pending:[0-9a-f-]{36}$/) as string,
			name: 'Intake',
			registeredName: 'Intake',
			category: 'intake',
			description: 'From the site',
			triggerType: 'webhook',
			state: 'pending',
			problem: null,
			desiredActive: false,
			isActive: false,
			observed: null,
		});
		expect(await requested()).toBe(1);
	});

	test('keeps nodes, connections and settings, and nothing of the instance or the runs they come from', async () => {
		const [row] = await register({ template: JSON.stringify(template) });
		const options = { includeTemplate: true };
		const [full] = await lma.output('workflow.get', { workflowId: byId(row?.id as number), options });
		const { nodes, connections, settings } = template;
		expect(full?.template).toEqual({ nodes, connections, settings });
		expect(full?.configuration).toEqual({ desired: { active: false } });
	});

	test('of a name that is registered means the same workflow', async () => {
		const [first] = await register();
		const [again] = await register();
		expect(again).toEqual({ ...first, action: 'unchanged' });
		const [active] = await register({ additionalFields: { isActive: true } });
		expect(active).toMatchObject({ id: first?.id, action: 'updated', desiredActive: true });
		const [kept] = await register({ additionalFields: { category: 'new' } });
		expect(kept).toMatchObject({ id: first?.id, action: 'updated', desiredActive: true, category: 'new' });
		expect(await lma.owner`select from workflows`).toHaveLength(1);
	});

	test('with a name that n8n does not take is refused at once, and one that it takes is not', async () => {
		await expect(register({ name: 'x'.repeat(129) })).rejects.toThrow('name is longer than 128 characters');
		await expect(register({ name: 'In\ntake' })).rejects.toThrow('name contains a control character');
		expect(await lma.owner`select from workflows`).toHaveLength(0);
		expect(await register({ name: '😀'.repeat(128) })).toMatchObject([{ action: 'created' }]);
	});

	test('forgets why it failed before, looks at n8n at once, and keeps edits unless they are to go', async () => {
		const [row] = await register({ additionalFields: { isActive: true } });
		await madeInN8n(row?.id, { error: 'It is archived in n8n. Unarchive it there.', isActive: true });
		const edits = {
			added: ['Slack'],
			removed: [],
			renamed: [],
			changed: [],
			connections: false,
			settings: [],
		};
		await lma.owner`
			update workflow_sync_states
			set draft_edits = ${lma.owner.json(edits)}, edits_in_words = 'It was edited in n8n: node "Slack" added.',
				registration_id = gen_random_uuid()`;
		const before = await requested();
		const [again] = await register();
		expect(again).toMatchObject({
			action: 'unchanged',
			state: 'edited',
			problem:
				'It was edited in n8n: node "Slack" added. Register it again with Overwrite Edits to have the template put back.',
			observed: { draftEdits: edits, publishedEdits: null, overruledAt: null },
		});
		expect(await requested()).toBe(before + 1);
		const [undone] = await register({ additionalFields: { overwrite: true } });
		expect(undone).toMatchObject({ action: 'updated', state: 'changing' });
	});

	test('by twenty executions at once makes one workflow', async () => {
		const rows = await Promise.all(Array.from({ length: 20 }, () => register()));
		expect(new Set(rows.map(([row]) => row?.id)).size).toBe(1);
		expect(rows.filter(([row]) => row?.action === 'created')).toHaveLength(1);
		expect(await lma.owner`select from workflows`).toHaveLength(1);
	});

	test('takes many items, each with its own result, and wakes the worker once', async () => {
		const items = Array.from({ length: 300 }, (_, n) => ({ name: `Copy ${n % 200}` }));
		const rows = await register({ name: '={{ $json.name }}' }, items);
		expect(rows.map(({ registeredName }) => registeredName)).toEqual(items.map(({ name }) => name));
		expect(await lma.owner`select from workflows`).toHaveLength(200);
		expect(await requested()).toBe(1);
	});

	test('makes anew what n8n has no more', async () => {
		const [row] = await register();
		await madeInN8n(row?.id);
		await lma.owner`update workflow_sync_states set missing_since = now()`;
		const [got] = await lma.output('workflow.get', { workflowId: byId(row?.id as number) });
		expect(got).toMatchObject({
			state: 'missing',
			problem: expect.stringContaining('Register it again') as string,
		});
		const [again] = await register();
		expect(again).toMatchObject({
			id: row?.id,
			action: 'updated',
			n8nWorkflowId: expect.stringContaining('pending:') as string,
		});
	});

	test('without an n8n waits for one, says so, and goes to the one that is connected then', async () => {
		await lma.owner`delete from integrations`;
		const [row] = await register();
		expect(row).toMatchObject({
			state: 'pending',
			integrationId: null,
			problem: expect.stringContaining('No n8n instance is connected') as string,
		});
		integrationId = await connectN8n(lma.acme.id, 'late');
		expect(await register()).toEqual([expect.objectContaining({ id: row?.id, integrationId })]);
	});

	test('with several n8n asks for one by name, and keeps the two apart', async () => {
		const second = await connectN8n(lma.acme.id, 'staging');
		await expect(register()).rejects.toThrow('The organization has 2 n8n connections | Name the one');
		await expect(register({ additionalFields: { integration: 'none' } })).rejects.toThrow(
			'the organization has no n8n connection "none" | Choose one of "main", "staging".',
		);
		const [a] = await register({ additionalFields: { integration: 'main' } });
		const [b] = await register({ additionalFields: { integration: 'staging' } });
		expect([a?.integrationId, b?.integrationId]).toEqual([integrationId, second]);
		expect(a?.id).not.toBe(b?.id);
	});

	test('takes the n8n that can be used, when another one cannot', async () => {
		await connectN8n(lma.acme.id, 'tpyo');
		await lma.owner`update integrations set status = 'expired' where name = 'tpyo'`;
		expect(await register()).toEqual([expect.objectContaining({ integrationId })]);
	});

	test.each([
		['expired', 'The connection "main" is expired: no reason is known.'],
		['inactive', 'The connection "main" is switched off. Use it again with lma org connection enable.'],
	])(
		'stays in the n8n that has it, though that is %s and another one can be used',
		async (status, problem) => {
			const [row] = await register();
			await madeInN8n(row?.id);
			await lma.owner`update integrations set status = ${status}`;
			const second = await connectN8n(lma.acme.id, 'second');
			const changed = { ...template, settings: { timezone: 'UTC' } };
			expect(await register({ template: changed })).toEqual([
				expect.objectContaining({
					id: row?.id,
					integrationId,
					action: 'updated',
					problem: expect.stringContaining(problem) as string,
				}),
			]);
			expect(await lma.owner`select from workflows`).toHaveLength(1);
			// A new name goes to the one that can be used.
			expect(await register({ name: 'Another' })).toEqual([
				expect.objectContaining({ integrationId: second }),
			]);
		},
	);

	test('that two n8n have is asked for by name, whatever has become of one of them', async () => {
		await connectN8n(lma.acme.id, 'staging');
		for (const integration of ['main', 'staging']) await register({ additionalFields: { integration } });
		await lma.owner`update integrations set status = 'expired' where name = 'staging'`;
		await expect(register()).rejects.toThrow(
			'is registered in 2 n8n connections | Name the one to create the workflow in, under n8n Connection: "main", "staging"',
		);
	});

	test.each([
		['nothing', '', 'template is not a workflow'],
		['no JSON', '{', 'is not valid JSON'],
		['something else', '{"nodes": 5}', 'template is not a workflow: nodes must be a list'],
		['no nodes', { nodes: [], connections: {} }, 'nodes is empty'],
		[
			'two nodes of a name',
			{ nodes: [template.nodes[0], template.nodes[0]] },
			'two nodes with the name "Hook"',
		],
		['a dangling connection', { ...template, connections: { Gone: {} } }, 'connects the node "Gone"'],
		['too much', { ...template, settings: { x: 'x'.repeat(1_000_001) } }, 'larger than 1,000,000 characters'],
		['endless nesting', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 'nested deeper than 100 levels'],
	])('refuses %s', async (_title, wrong, message) => {
		await expect(register({ template: wrong })).rejects.toThrow(message);
		expect(await lma.owner`select from workflows`).toHaveLength(0);
	});

	test.each([
		['a header', { headerParameters: { parameters: [{ name: 'Authorization', value: 'token 12345' }] } }],
		['a password', { options: { password: 'hunter2' } }],
		['a token', { text: `Bearer ${'a1'.repeat(20)}` }],
		['a private key', { code: '-----BEGIN RSA PRIVATE KEY-----' }],
		['a URL with a password', { url: 'https://user:pass@example.com/' }],
	])('refuses %s that is written out, without repeating it', async (_title, parameters) => {
		const nodes = [{ ...template.nodes[0]!, parameters }];
		const error = await register({ template: { nodes, connections: {} } }).catch(String);
		expect(error).toMatch(/looks like a secret, at node "Hook", .*Move it to an n8n credential/);
		expect(error).not.toMatch(/12345|hunter2|a1a1|RSA|pass@/);
	});

	test('takes a secret that an expression fetches', async () => {
		const parameters = { name: 'Authorization', value: '=Bearer {{ $vars.token }}' };
		const nodes = [{ ...template.nodes[0]!, parameters: { header: parameters } }];
		// As JSON: in a value of its own, the expression would be run.
		expect(await register({ template: JSON.stringify({ nodes, connections: {} }) })).toHaveLength(1);
	});
});

describe('workflow register of what is in n8n', () => {
	async function seen(name: string): Promise<number> {
		const [found] = await lma.owner<{ id: number }[]>`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, is_active)
			values (${lma.acme.id}, ${integrationId}, ${name}, ${name}, true)
			returning id`;
		await lma.owner`
			insert into workflow_sync_states (workflow_id, organization_id, last_seen_at)
			values (${found!.id}, ${lma.acme.id}, now())`;
		return found!.id;
	}
	const take = (id: number, more = {}) =>
		lma.output('workflow.register', { source: 'existing', workflowId: byId(id), ...more });

	test('registers it by its name, has the worker read it, and can be repeated', async () => {
		const id = await seen('Theirs');
		const additionalFields = { category: 'intake' };
		expect(await take(id, { additionalFields })).toMatchObject([
			{
				id,
				action: 'taken',
				state: 'changing',
				registeredName: 'Theirs',
				category: 'intake',
				desiredActive: true,
			},
		]);
		expect(await requested()).toBe(1);
		expect(await take(id)).toMatchObject([{ id, action: 'unchanged' }]);
		expect(await take(id, { additionalFields: { isActive: false } })).toMatchObject([
			{ action: 'updated', desiredActive: false },
		]);
	});

	test('is what a template of that name does not do by accident, nor one that is renamed', async () => {
		const id = await seen('Intake');
		await expect(register()).rejects.toThrow(
			`n8n "main" has a workflow of this name, which is not registered: ${id} | Register it as it is`,
		);
		expect(await lma.owner`select from workflows`).toHaveLength(1);
		const [row] = await register({ additionalFields: { overwrite: true } });
		expect(row).toMatchObject({ id, state: 'changing', registeredName: 'Intake', desiredActive: true });
	});

	test('refuses what the worker has not seen there', async () => {
		const [pending] = await register();
		await lma.owner`update workflows set registered_name = null`;
		await expect(take(pending?.id as number)).rejects.toThrow('was not found in n8n by the worker');
		await expect(take(2_000_000_000)).rejects.toThrow('Workflow 2000000000 not found');
		const id = await seen('Theirs');
		await lma.owner`update workflow_sync_states set is_archived = true where workflow_id = ${id}`;
		await expect(take(id)).rejects.toThrow('is archived in n8n | Unarchive it there first');
	});
});

describe('workflow setActive', () => {
	test('says what is wanted and what n8n last said', async () => {
		const [row] = await register();
		await madeInN8n(row?.id);
		const workflowId = byId(row?.id as number);
		const [changed] = await lma.output('workflow.setActive', { workflowId, isActive: true });
		expect(changed).toMatchObject({
			state: 'changing',
			desiredActive: true,
			isActive: false,
			observed: { versionId: 'v1', lastSeenAt: '2026-03-01T09:00:00.000Z' },
		});
		expect(await requested()).toBe(2);
		await lma.owner`update workflows set is_active = true`;
		const [same] = await lma.output('workflow.setActive', { workflowId, isActive: true });
		expect(same).toMatchObject({ state: 'inStep', desiredActive: true, isActive: true });
		expect(await requested()).toBe(2);
	});

	test('takes a workflow that was found in n8n in hand', async () => {
		const [found] = await lma.owner<{ id: number }[]>`
			insert into workflows (organization_id, integration_id, n8n_workflow_id, name, is_active)
			values (${lma.acme.id}, ${integrationId}, 'x1', 'Theirs', true)
			returning id`;
		const workflowId = byId(found!.id);
		expect(await lma.output('workflow.get', { workflowId })).toMatchObject([{ state: 'followed' }]);
		const [row] = await lma.output('workflow.setActive', { workflowId, isActive: false });
		expect(row).toMatchObject({ state: 'changing', desiredActive: false, isActive: true });
	});

	test('begins anew where n8n refused before', async () => {
		const [row] = await register({ additionalFields: { isActive: true } });
		await madeInN8n(row?.id, { error: 'n8n refuses' });
		await lma.owner`update workflow_sync_states set apply_attempts = 5, apply_after = now() + interval '1 hour'`;
		const workflowId = byId(row?.id as number);
		expect(await lma.output('workflow.get', { workflowId })).toMatchObject([
			{ state: 'failed', problem: 'n8n refuses', observed: { retryAt: expect.any(String) as string } },
		]);
		await lma.output('workflow.setActive', { workflowId, isActive: false });
		expect(await lma.owner`select apply_attempts, apply_after from workflow_sync_states`).toEqual([
			{ apply_attempts: 0, apply_after: null },
		]);
	});

	test.each([
		['missing', 'no longer in n8n', 'Register it again', { missing_since: new Date() }],
		['archived', 'archived in n8n', 'Unarchive it there first', { is_archived: true }],
	])('refuses a workflow that is %s', async (_title, message, remedy, state) => {
		const [row] = await register();
		await madeInN8n(row?.id);
		await lma.owner`update workflow_sync_states set ${lma.owner(state)}`;
		await expect(
			lma.output('workflow.setActive', { workflowId: byId(row?.id as number), isActive: true }),
		).rejects.toThrow(new RegExp(`Workflow ${row?.id as number} is ${message}.*${remedy}`));
	});

	test('refuses the row of a client that connected no n8n, and leaves it alone', async () => {
		const [old] = await lma.owner<{ id: number; configuration: unknown }[]>`
			insert into workflows (organization_id, n8n_workflow_id, name, configuration)
			values (${lma.acme.id}, 'old1', 'Old', '{"template": "intake", "active": true}')
			returning id, configuration`;
		expect(await requested()).toBe(0);
		const workflowId = byId(old!.id);
		await expect(lma.output('workflow.setActive', { workflowId, isActive: true })).rejects.toThrow(
			'belongs to no n8n connection',
		);
		expect(await lma.owner`select id, configuration from workflows`).toEqual([old]);
	});

	test('of another organization is not found, with the field named', async () => {
		const [theirs] = await lma.owner<{ id: number }[]>`
			insert into workflows (organization_id, n8n_workflow_id, name)
			values (${lma.globex.id}, 'g1', 'Theirs')
			returning id`;
		const parameters = { workflowId: byId(theirs!.id), isActive: true };
		await expect(lma.output('workflow.setActive', parameters)).rejects.toThrow(
			`Workflow ${theirs!.id} not found, given as workflowId`,
		);
		await expect(lma.output('workflow.get', parameters)).rejects.toThrow('not found');
		const skipped = await lma.output('workflow.get', { ...parameters, options: { ifNotFound: 'skip' } });
		expect(skipped).toEqual([]);
		expect(await lma.output('workflow.getMany', {})).toEqual([]);
	});
});

describe('workflow rename', () => {
	test('gives a registered workflow another name, and has the worker give it in n8n', async () => {
		const [row] = await register();
		await madeInN8n(row?.id);
		const before = await requested();
		const parameters = { workflowId: byId(row?.id as number), name: ' Form ' };
		expect(await lma.output('workflow.rename', parameters)).toMatchObject([
			{ id: row?.id, action: 'updated', registeredName: 'Form', state: 'changing' },
		]);
		expect(await requested()).toBe(before + 1);
		expect(await lma.output('workflow.rename', parameters)).toMatchObject([{ action: 'unchanged' }]);
	});

	test('refuses a name that is taken, too long or empty, and changes nothing', async () => {
		const [row] = await register();
		const [other] = await register({ name: 'Other' });
		const rename = (name: string) =>
			lma.output('workflow.rename', { workflowId: byId(row?.id as number), name });
		await expect(rename('Other')).rejects.toThrow(
			`The name "Other" is that of workflow ${other?.id as number}`,
		);
		await expect(rename('x'.repeat(129))).rejects.toThrow('longer than 128 characters');
		await expect(rename(' ')).rejects.toThrow('name is empty');
		expect(await lma.output('workflow.getMany', { filters: { search: 'Intake' } })).toHaveLength(1);
	});
});

describe('workflow unregister', () => {
	test('keeps it in n8n unless something else is chosen, and says what that did', async () => {
		const [kept] = await register();
		await madeInN8n(kept?.id);
		const [waiting] = await register({ name: 'Waiting' });
		const unregister = (id: unknown, more = {}) =>
			lma.output('workflow.unregister', { workflowId: byId(id as number), ...more });
		expect(await unregister(kept?.id, { inN8n: 'archive' })).toMatchObject([
			{ action: 'requested', state: 'changing' },
		]);
		expect(await unregister(kept?.id)).toMatchObject([
			{ action: 'released', state: 'followed', registeredName: null, configuration: {} },
		]);
		expect(await unregister(kept?.id)).toMatchObject([{ action: 'unchanged' }]);
		expect(await unregister(waiting?.id)).toMatchObject([{ action: 'removed', name: 'Waiting' }]);
		await expect(unregister(waiting?.id)).rejects.toThrow('not found');
		await expect(unregister(kept?.id, { inN8n: 'burn' })).rejects.toThrow('inN8n');
	});
});

describe('workflow getMany', () => {
	test('filters by state, words, category, trigger, connection and whether it is published', async () => {
		await register({ additionalFields: { category: 'intake' } });
		const [made] = await register({ name: 'Report' });
		await madeInN8n(made?.id, { isActive: true });
		const names = async (filters: Record<string, unknown>) =>
			(await lma.output('workflow.getMany', { filters } as NodeParameters)).map(({ name }) => name);
		expect(await names({})).toEqual(['Intake', 'Report']);
		expect(await names({ state: ['pending'] })).toEqual(['Intake']);
		expect(await names({ state: ['changing', 'failed'] })).toEqual(['Report']);
		expect(await names({ search: 'REP' })).toEqual(['Report']);
		expect(await names({ search: '%' })).toEqual([]);
		expect(await names({ category: 'intake' })).toEqual(['Intake']);
		expect(await names({ triggerType: 'webhook', integration: 'main' })).toHaveLength(2);
		expect(await names({ integration: 'other' })).toEqual([]);
		expect(await names({ isActive: true })).toEqual(['Report']);
	});

	test('simplifies to how a workflow stands, and leaves templates out unless they are asked for', async () => {
		await register();
		const [simple] = await lma.output('workflow.getMany', { simplify: true });
		expect(Object.keys(simple ?? {})).toEqual([
			'id',
			'n8nWorkflowId',
			'name',
			'category',
			'triggerType',
			'state',
			'problem',
			'desiredActive',
			'isActive',
			'updatedAt',
		]);
		const [plain] = await lma.output('workflow.getMany', {});
		expect(JSON.stringify(plain)).not.toContain('webhook"}');
		expect(plain).not.toHaveProperty('template');
		const [full] = await lma.output('workflow.getMany', { options: { includeTemplate: true } });
		expect(full).toHaveProperty('template.nodes.0.name', 'Hook');
	});
});

describe('workflow sync', () => {
	test('asks for every n8n of the organization, and says how each stands', async () => {
		await register();
		await connectN8n(lma.acme.id, 'staging');
		const other = await connectN8n(lma.globex.id, 'main');
		await lma.owner`update integrations set sync_served = sync_requested, last_sync_at = '2026-03-01T09:00:00Z'`;
		expect(await lma.output('workflow.sync', {})).toEqual([
			{
				integrationId,
				integrationName: 'main',
				integrationStatus: 'active',
				isSyncRequested: true,
				lastSyncAt: '2026-03-01T09:00:00.000Z',
				lastError: null,
				workflows: 1,
				pending: 1,
				changing: 0,
				failed: 0,
			},
			expect.objectContaining({ integrationName: 'staging', isSyncRequested: true, workflows: 0 }),
		]);
		expect(await requested(other)).toBe(0);
	});

	test('asks for the n8n of one workflow, without the wait of earlier failures, and gives the workflow', async () => {
		const [row] = await register();
		const staging = await connectN8n(lma.acme.id, 'staging');
		await lma.owner`update integrations set sync_served = sync_requested`;
		const parameters = { scope: 'workflow', workflowId: byId(row?.id as number) };
		expect(await lma.output('workflow.sync', parameters)).toMatchObject([
			{ id: row?.id, state: 'pending', isSyncRequested: true },
		]);
		expect([await requested(), await requested(staging)]).toEqual([1, 0]);
		await madeInN8n(row?.id, { error: 'n8n refuses' });
		await lma.owner`update workflow_sync_states set apply_attempts = 3, apply_after = now() + interval '1 hour'`;
		expect(await lma.output('workflow.sync', parameters)).toMatchObject([
			{ state: 'failed', observed: { retryAt: null } },
		]);
		const unknown = { scope: 'workflow', workflowId: byId(2_000_000_000) };
		await expect(lma.output('workflow.sync', unknown)).rejects.toThrow('Workflow 2000000000 not found');
	});
});
