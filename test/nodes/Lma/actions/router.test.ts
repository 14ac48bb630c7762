import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Lma } from '../../../../nodes/Lma/Lma.node';
import type { CredentialData } from '../../../engine/credentials';
import { itemSource, nodeUnderTest, outcome, runWorkflow } from '../../../engine/engine';
import { type LmaUnderTest, openLma } from '../lma';
import { recordStatements } from '../statements';

const statements = recordStatements();

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	await lma.owner`delete from leads`;
});

const fromItem = { email: '={{ $json.email }}', firstName: 'T', lastName: 'T' };
const good = (n: number) => ({ email: `good${String(n)}@example.com` });
const bad = { email: 'not an address' };

async function storedEmails(): Promise<string[]> {
	const rows = await lma.owner<{ email: string }[]>`select email from leads order by id`;
	return rows.map(({ email }) => email);
}

describe('without Continue On Fail', () => {
	test('the first wrong item stops the node by name, and nothing is written', async () => {
		const { outputs, error } = await lma.run('lead.create', fromItem, [good(0), good(1), bad, good(3)]);
		expect(outputs).toEqual([]);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'email is not an e-mail address',
			description: 'Write it as name@example.com. It concerns item 2 of 4, counted from 0.',
			context: { itemIndex: 2 },
		});
		expect(await storedEmails()).toEqual([]);
	});

	test('an item that only the database can find wrong takes the others back, too', async () => {
		const items = [good(0), { ...good(1), owner: lma.globex.userIds[0] }, good(2)];
		const parameters = { ...fromItem, additionalFields: { assignedToId: '={{ $json.owner }}' } };
		const { error } = await lma.run('lead.create', parameters, items);
		expect(error).toMatchObject({
			message: `User ${String(lma.globex.userIds[0])} not found, given as assignedToId`,
			context: { itemIndex: 1 },
		});
		expect(error?.description).toContain('must belong to the organization');
		expect(await storedEmails()).toEqual([]);
	});

	test('an expression that fails is named with its item', async () => {
		const firstName = "={{ $json.first ?? $('No such node').item.json.first }}";
		const { error } = await lma.run('lead.create', { ...fromItem, firstName }, [
			{ ...good(0), first: 'A' },
			good(1),
		]);
		expect(error?.message).toMatch(/No such node|node doesn't exist/);
		expect(error?.context).toMatchObject({ itemIndex: 1 });
		expect(await storedEmails()).toEqual([]);
	});
});

describe('with an error output', () => {
	const onError = 'continueErrorOutput' as const;

	test('right items are written, wrong ones arrive there with their fields, reason and item link', async () => {
		const { outputs, error } = await lma.run('lead.create', fromItem, [good(0), bad, good(2), {}], {
			onError,
		});
		expect(error).toBeUndefined();
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.email, pairedItem])).toEqual([
			[good(0).email, { item: 0 }],
			[good(2).email, { item: 2 }],
		]);
		expect(outputs[1]).toEqual([
			{
				json: {
					email: 'not an address',
					error: 'email is not an e-mail address. Write it as name@example.com.',
					details: { code: 'INVALID_VALUE', field: 'email', remedy: 'Write it as name@example.com.' },
				},
				pairedItem: { item: 1 },
			},
			{
				json: {
					error: expect.stringMatching(/^email /) as unknown,
					details: expect.objectContaining({ field: 'email' }) as unknown,
				},
				pairedItem: { item: 3 },
			},
		]);
		expect(await storedEmails()).toEqual([good(0).email, good(2).email]);
	});

	test('a node behind the error output reaches the item that was wrong', async () => {
		const run = await runWorkflow(
			{
				nodes: [
					node(itemSource, 'test.itemSource', {}),
					{
						...node(nodeUnderTest, 'n8n-nodes-lma.lma', {
							resource: 'lead',
							operation: 'create',
							...fromItem,
						}),
						onError,
						credentials: { lmaApi: { id: '1', name: 'LMA' } },
					},
					{
						...node('Note', 'n8n-nodes-lma.lma', {
							resource: 'lead',
							operation: 'create',
							email: `={{ $('${itemSource}').item.json.fallback }}`,
							firstName: 'T',
							lastName: 'T',
						}),
						credentials: { lmaApi: { id: '1', name: 'LMA' } },
					},
				],
				connections: {
					[itemSource]: { main: [[{ node: nodeUnderTest, type: 'main', index: 0 }]] },
					[nodeUnderTest]: { main: [[], [{ node: 'Note', type: 'main', index: 0 }]] },
				},
			},
			{
				nodes: { 'n8n-nodes-lma.lma': new Lma() },
				credentials: { lmaApi: { ...lma.credential } },
				pinData: {
					[itemSource]: [
						{ json: good(0) },
						{ json: { ...bad, fallback: 'fallback1@example.com' } },
						{ json: { ...bad, fallback: 'fallback2@example.com' } },
					],
				},
			},
		);
		expect(outcome(run, 'Note').error).toBeUndefined();
		expect(await storedEmails()).toEqual([good(0).email, 'fallback1@example.com', 'fallback2@example.com']);
	});

	test('a missing credential or a database that is down fails every item there, and none passes as done', async () => {
		const unusable: CredentialData[] = [{}, { lmaApi: { ...lma.credential, port: 1 } }];
		for (const credentials of unusable) {
			const { outputs } = await lma.run('lead.create', fromItem, [good(0), good(1)], {
				onError,
				credentials,
			});
			expect(outputs[0]).toEqual([]);
			expect(outputs[1]?.map(({ json, pairedItem }) => [json.email, typeof json.error, pairedItem])).toEqual([
				[good(0).email, 'string', { item: 0 }],
				[good(1).email, 'string', { item: 1 }],
			]);
		}
	});

	test('a value that PostgreSQL alone refuses fails its item alone', async () => {
		await lma.owner`alter table leads add constraint leads_company_is_not_13 check (company <> '13')`;
		const items = Array.from({ length: 40 }, (_, n) => ({ ...good(n), company: String(n) }));
		const { outputs } = await lma.run(
			'lead.create',
			{ ...fromItem, additionalFields: { company: '={{ $json.company }}' } },
			items,
			{ onError },
		);
		await lma.owner`alter table leads drop constraint leads_company_is_not_13`;
		expect(outputs[0]).toHaveLength(39);
		expect(outputs[1]).toMatchObject([{ json: { company: '13' }, pairedItem: { item: 13 } }]);
		expect(outputs[0]?.map(({ json }) => json.company)).not.toContain('13');
		expect(await storedEmails()).toHaveLength(39);
	});
});

describe('with Continue On Fail on the regular output', () => {
	test('error items stay in line, and keep the fields of the input', async () => {
		const wrong = { ...bad, rowId: 7 };
		const { outputs } = await lma.run('lead.create', fromItem, [good(0), wrong, good(2)], {
			onError: 'continueRegularOutput',
		});
		expect(outputs).toHaveLength(1);
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.error !== undefined, pairedItem])).toEqual([
			[false, { item: 0 }],
			[true, { item: 1 }],
			[false, { item: 2 }],
		]);
		expect(outputs[0]?.[1]?.json).toEqual({
			...wrong,
			error: 'email is not an e-mail address. Write it as name@example.com.',
			details: { code: 'INVALID_VALUE', field: 'email', remedy: 'Write it as name@example.com.' },
		});
	});

	test('Retry On Fail does not write the right items twice', async () => {
		const { outputs } = await lma.run('lead.create', fromItem, [bad, good(1)], {
			onError: 'continueRegularOutput',
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		});
		expect(await storedEmails()).toEqual([good(1).email]);
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 0 }]);
	});
});

describe('statements', () => {
	const leads = (count: number) => Array.from({ length: count }, (_, n) => good(n));

	async function statementsOf(operation: string, parameters: Record<string, unknown>, items: object[]) {
		statements.length = 0;
		await lma.output(operation, parameters as never, items as never);
		expect(statements).not.toHaveLength(0);
		return statements.length;
	}

	test.each(['create', 'upsert'])('%s of 1,000 leads takes as many as of two', async (operation) => {
		const few = await statementsOf(`lead.${operation}`, fromItem, leads(2));
		const many = await statementsOf(`lead.${operation}`, fromItem, leads(1000));
		expect(many).toBe(few);
		expect(few).toBeLessThanOrEqual(6);
	});

	test.each([
		['lead.get', {}],
		['lead.update', { updateFields: { score: '={{ $json.n % 100 }}' } }],
		['lead.score', {}],
		['lead.assign', { strategy: 'roundRobin' }],
		['lead.changeStatus', { status: 'CONTACTED' }],
		['communication.log', { communicationType: 'call', direction: 'inbound' }],
		[
			'communication.schedule',
			{ communicationType: 'sms', content: 'See you', scheduledAt: '={{ $now.plus({ hours: 1 }) }}' },
		],
		['note.create', { content: '={{ "Note " + $json.n }}' }],
		['lead.getMany', { filters: {}, limit: 1 }],
		['report.organizationMetrics', {}],
		['lead.delete', {}],
	])('%s of 1,000 items takes as many as of two', async (operation, parameters) => {
		const items = await lma.owner<{ id: number; n: number }[]>`
			insert into leads (email, first_name, last_name, organization_id)
			select n || '@example.com', 'T', 'T', ${lma.acme.id}
			from generate_series(1, 1002) n
			returning id, id % 100 as n`;
		const withLead = { leadId: '={{ $json.id }}', ...parameters };
		const few = await statementsOf(operation, withLead, items.slice(0, 2));
		const many = await statementsOf(operation, withLead, items.slice(2, 1002));
		expect(many).toBe(few);
		expect(few).toBeLessThanOrEqual(8);
	});
});

test('what a workflow changes is recorded with the workflow and the execution', async () => {
	await lma.output('lead.create', fromItem, [good(0)], { workflowId: 'wf-7', executionId: 'ex-9' });
	const [entry] = await lma.owner`
		select *
		from activity_logs
		where lead_id = (select id from leads)`;
	expect(entry).toMatchObject({ n8n_workflow_id: 'wf-7', n8n_execution_id: 'ex-9' });
});

function node(name: string, type: string, parameters: Record<string, string>) {
	return { id: name, name, type, typeVersion: 1, position: [0, 0] as [number, number], parameters };
}
