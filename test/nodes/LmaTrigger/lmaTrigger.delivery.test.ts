import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { connect } from '../../../db/connection/client';
import { inOrganization } from '../../../db/connection/tenancy';
import { LmaTrigger } from '../../../nodes/LmaTrigger/LmaTrigger.node';
import { executeInEditor } from '../../engine/triggers';
import { passMoment } from '../../setup/moment';
import { openTrigger, triggerNodes, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

const soon = { interval: 10, timeout: 10_000 };

test('a new lead starts an execution at once, with what happened and the lead', async () => {
	const workflow = await lma.publish();
	const [leadId] = await lma.insertLeads('ada@acme.test');
	await expect.poll(() => workflow.emitted.length, { interval: 10, timeout: 2500 }).toBe(1);
	expect(workflow.items()).toEqual([
		{
			key: expect.stringMatching(/^\d+:\d+:\d+$/) as string,
			type: 'lead.created',
			organizationId: lma.acme.id,
			leadId,
			userId: null,
			communicationId: null,
			campaignId: null,
			before: null,
			after: { status: 'NEW', source: 'OTHER', score: 0, leadTemperature: 'cold', assignedToId: null },
			n8nWorkflowId: null,
			n8nExecutionId: null,
			occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
			lead: expect.objectContaining({ id: leadId, email: 'ada@acme.test' }) as object,
		},
	]);
	await workflow.unpublish();
});

test('simplified, an item has ten fields at most, and the lead few', async () => {
	const workflow = await lma.publish({ simplify: true });
	await lma.insertLeads('simple@acme.test');
	await expect.poll(() => workflow.items(), soon).toHaveLength(1);
	const [item] = workflow.items();
	expect(Object.keys(item!)).toEqual([
		'key',
		'type',
		'occurredAt',
		'leadId',
		'communicationId',
		'campaignId',
		'before',
		'after',
		'lead',
	]);
	expect(Object.keys(item!['lead'] as object).length).toBeLessThanOrEqual(10);
	await workflow.unpublish();
});

test('without the lead, nothing is looked up; a lead that is gone is null', async () => {
	const plain = await lma.publish({ options: { includeLead: false } });
	await lma.insertLeads('plain@acme.test');
	await expect.poll(() => plain.items(), soon).toHaveLength(1);
	expect(plain.items()[0]).not.toHaveProperty('lead');
	await plain.unpublish();
});

describe('filters', () => {
	test('only hot leads, of several events', async () => {
		const workflow = await lma.publish({
			events: ['lead.created', 'lead.temperatureChanged'],
			filters: { temperatures: ['hot'], statuses: [], ownerIds: '' },
		});
		const [cold, hot] = await lma.insertLeads('cold@acme.test', 'hot@acme.test');
		await lma.owner`update leads set lead_temperature = 'warm' where id = ${cold!}`;
		await lma.owner`update leads set lead_temperature = 'hot' where id = ${hot!}`;
		await expect
			.poll(() => workflow.items().map(({ type, leadId }) => [type, leadId]), soon)
			.toEqual([['lead.temperatureChanged', hot]]);
		await workflow.unpublish();
	});

	test('only my campaign, and only leads of some owners, given as text', async () => {
		const [campaign] = await lma.owner<[{ id: number }]>`
			insert into campaigns (organization_id, name, created_by)
			values (${lma.acme.id}, 'Mine', ${lma.acme.userIds[0]!})
			returning id`;
		const workflow = await lma.publish({
			events: ['lead.assigned'],
			filters: { campaignIds: [campaign.id], ownerIds: `${lma.acme.userIds[0]!}, ${lma.acme.userIds[1]!}` },
		});
		const [mine, notMine, otherOwner] = await lma.insertLeads('a@b.c', 'd@e.f', 'g@h.i');
		for (const lead of [mine, otherOwner]) {
			await lma.owner`
				insert into campaign_leads (organization_id, campaign_id, lead_id)
				values (${lma.acme.id}, ${campaign.id}, ${lead!})`;
		}
		await lma.owner`update leads set assigned_to_id = ${lma.acme.userIds[0]!} where id = ${notMine!}`;
		await lma.owner`update leads set assigned_to_id = ${lma.acme.userIds[2]!} where id = ${otherOwner!}`;
		await lma.owner`update leads set assigned_to_id = ${lma.acme.userIds[1]!} where id = ${mine!}`;
		await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual([mine]);
		await workflow.unpublish();
	});

	test('what cannot be understood is refused by name when the workflow is published', async () => {
		await expect(lma.publish({ filters: { minScore: 400 } })).rejects.toThrow(/minScore/);
		await expect(lma.publish({ events: [] })).rejects.toThrow(/events/);
		await expect(lma.publish({ options: { batchSize: 'many' } })).rejects.toThrow(/batchSize/);
	});
});

describe('while the workflow is not published', () => {
	const addresses = Array.from({ length: 250 }, (_, n) => `backlog${n}@acme.test`);

	test('events wait, and come in batches, in their order', async () => {
		const first = await lma.publish({}, { workflowId: 'catches-up' });
		await first.unpublish();
		const ids = await lma.insertLeads(...addresses);
		const again = await lma.publish({}, { workflowId: 'catches-up' });
		await expect.poll(() => again.items().length, soon).toBe(250);
		expect(again.emitted.map(({ items }) => items.length)).toEqual([100, 100, 50]);
		expect(again.items().map(({ leadId }) => leadId)).toEqual(ids);
		await again.unpublish();
	});

	test('events are forgotten when the workflow is to start from now', async () => {
		const parameters = { whileUnpublished: 'startFromNow' };
		const first = await lma.publish(parameters, { workflowId: 'forgets' });
		await first.unpublish();
		await lma.insertLeads('forgotten@acme.test');
		const again = await lma.publish(parameters, { workflowId: 'forgets' });
		const [known] = await lma.insertLeads('known@acme.test');
		await expect.poll(() => again.items().length, soon).toBe(1);
		expect(again.items().map(({ leadId }) => leadId)).toEqual([known]);
		await again.unpublish();
	});

	test.each(['init', 'update', 'leadershipChange'] as const)(
		'but not when n8n starts a trigger by itself: %s',
		async (activation) => {
			const parameters = { whileUnpublished: 'startFromNow' };
			const first = await lma.publish(parameters, { workflowId: activation });
			await first.unpublish();
			const [meanwhile] = await lma.insertLeads('meanwhile@acme.test');
			const again = await lma.publish(parameters, { workflowId: activation, activation });
			await expect.poll(() => again.items().map(({ leadId }) => leadId), soon).toEqual([meanwhile]);
			await again.unpublish();
		},
	);
});

describe('one event per execution', () => {
	/** Slow on purpose: long enough for another one to begin meanwhile. */
	const anExecution = () => passMoment(20);

	test('one after the other, in order', async () => {
		let running = 0;
		let most = 0;
		const workflow = await lma.publish(
			{ options: { executionPer: 'event' } },
			{
				async execution() {
					most = Math.max(most, ++running);
					await anExecution();
					running -= 1;
				},
			},
		);
		const ids = await lma.insertLeads('one@acme.test', 'two@acme.test', 'three@acme.test');
		await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual(ids);
		expect(workflow.emitted.every(({ items }) => items.length === 1)).toBe(true);
		expect(most).toBe(1);
		await workflow.unpublish();
	});

	test('or so many at once', async () => {
		let running = 0;
		let most = 0;
		const workflow = await lma.publish(
			{ options: { executionPer: 'event', parallel: 3 } },
			{
				async execution() {
					most = Math.max(most, ++running);
					await anExecution();
					running -= 1;
				},
			},
		);
		const ids = await lma.insertLeads(...Array.from({ length: 10 }, (_, n) => `p${n}@acme.test`));
		await expect
			.poll(() => new Set(workflow.items().map(({ leadId }) => leadId)), soon)
			.toEqual(new Set(ids));
		expect(most).toBe(3);
		await workflow.unpublish();
	});

	test('n8n is given a key to skip repeats by, when asked to', async () => {
		const workflow = await lma.publish(
			{ options: { executionPer: 'event', skipRepeats: true } },
			{ workflowId: 'keyed' },
		);
		await lma.insertLeads('keyed@acme.test');
		await expect.poll(() => workflow.emitted.length, soon).toBe(1);
		const [{ deduplicationKey }] = workflow.emitted as [(typeof workflow.emitted)[0]];
		expect(deduplicationKey).toContain('keyed');
		expect(deduplicationKey).toContain(workflow.items()[0]!['key'] as string);
		// The column of n8n.
		expect(deduplicationKey!.length).toBeLessThanOrEqual(255);
		await workflow.unpublish();
	});
});

describe('an execution', () => {
	test('that n8n does not start is started again, with the same key, and nothing overtakes it', async () => {
		let refusals = 2;
		const workflow = await lma.publish(
			{ options: { executionPer: 'event' } },
			{ refuse: () => (refusals-- > 0 ? new Error('n8n has no database') : undefined) },
		);
		const ids = await lma.insertLeads('again1@acme.test', 'again2@acme.test');
		await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual(ids);
		await workflow.unpublish();
	});

	test('that fails counts as delivered: the failure is in the list of n8n', async () => {
		const workflow = await lma.publish(
			{},
			{
				execution() {
					throw new Error('A node failed');
				},
			},
		);
		await lma.insertLeads('fails1@acme.test');
		await expect.poll(() => workflow.emitted.length, soon).toBe(1);
		const [next] = await lma.insertLeads('fails2@acme.test');
		await expect.poll(() => workflow.items().at(-1)?.['leadId'], soon).toBe(next);
		expect(workflow.emitted).toHaveLength(2);
		await workflow.unpublish();
	});

	test.each([
		['that somebody cancels counts as delivered', 'manual', 1],
		['that the end of n8n cuts off is started again', 'shutdown', 2],
	])('%s', async (_title, reason, times) => {
		let isFirst = true;
		let tries = 0;
		const workflow = await lma.publish(
			{},
			{
				refuse() {
					tries += 1;
					if (!isFirst) return undefined;
					isFirst = false;
					return Object.assign(new Error('The execution was cancelled'), { reason });
				},
			},
		);
		await lma.insertLeads(`${reason}@acme.test`);
		await expect.poll(() => tries, soon).toBe(times);
		const [next] = await lma.insertLeads('next@acme.test');
		await expect.poll(() => workflow.items().at(-1)?.['leadId'], soon).toBe(next);
		expect(workflow.items()).toHaveLength(times);
		await workflow.unpublish();
	});

	test('is waited for, unless events count as delivered when they are handed over', async () => {
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const waiting = await lma.publish({}, { execution: () => end });
		const hasty = await lma.publish({ options: { acknowledge: 'handedOver' } }, { execution: () => end });
		for (const address of ['w1@acme.test', 'w2@acme.test', 'w3@acme.test']) {
			await lma.insertLeads(address);
			await expect.poll(() => hasty.items().at(-1)?.['lead'], soon).toMatchObject({ email: address });
			// With the first one in hand it takes no other.
			await expect.poll(() => waiting.items().length, soon).toBe(1);
		}
		finish(undefined);
		await expect.poll(() => waiting.items().length, soon).toBe(3);
		await waiting.unpublish();
		await hasty.unpublish();
	});

	test('that is under way when the workflow is unpublished is not repeated afterwards', async () => {
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const first = await lma.publish({}, { workflowId: 'under-way', execution: () => end });
		await lma.insertLeads('way1@acme.test');
		await expect.poll(() => first.emitted.length, soon).toBe(1);
		await first.unpublish();
		const again = await lma.publish({}, { workflowId: 'under-way' });
		const [next] = await lma.insertLeads('way2@acme.test');
		finish(undefined);
		await expect.poll(() => again.items().map(({ leadId }) => leadId), soon).toEqual([next]);
		expect(first.emitted).toHaveLength(1);
		await again.unpublish();
	});
});

test('what the workflow has changed itself does not start it, when told so', async () => {
	const workflow = await lma.publish(
		{ events: ['lead.updated'], options: { ignoreOwnChanges: true } },
		{ workflowId: 'own' },
	);
	const [lead] = await lma.insertLeads('own@acme.test');
	const sql = connect(lma.credential as never, { max: 1 });
	for (const [company, n8nWorkflowId] of [
		['by itself', 'own'],
		['by another', 'other'],
	] as const) {
		await inOrganization(sql, 'acme', (tx) => tx`update leads set company = ${company} where id = ${lead!}`, {
			n8nWorkflowId,
		});
	}
	await expect
		.poll(() => workflow.items().map(({ after }) => after), soon)
		.toEqual([{ company: 'by another' }]);
	await sql.end();
	await workflow.unpublish();
});

describe('a test run in the editor', () => {
	const options = () => ({
		nodes: triggerNodes,
		credentials: { lmaApi: { ...lma.credential } },
		type: 'n8n-nodes-lma.lmaTrigger',
		parameters: { events: ['lead.created'] },
		workflowId: 'edited',
	});

	test('takes the next event, which the published workflow gets all the same, and leaves nothing behind', async () => {
		const published = await lma.publish({}, { workflowId: 'edited' });
		const running = executeInEditor(options());
		await expect
			.poll(
				async () => (await lma.owner`select from lma.event_subscriptions where name like '%:test'`).length,
			)
			.toBe(1);
		const [leadId] = await lma.insertLeads('edited@acme.test');
		const run = await running;
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.data.resultData.runData['Trigger']?.[0]?.data?.main?.[0]?.[0]?.json).toMatchObject({ leadId });
		await expect.poll(() => published.items().length, soon).toBe(1);
		await expect
			.poll(
				async () => (await lma.owner`select from lma.event_subscriptions where name like '%:test'`).length,
			)
			.toBe(0);
		await published.unpublish();
		await expect.poll(() => lma.connections(), soon).toBe(0);
	});

	test('says what is wrong with the credential', async () => {
		const run = await executeInEditor({
			...options(),
			credentials: { lmaApi: { ...lma.credential, organization: 'initech' } },
		});
		expect(run.data.resultData.error?.message).toMatch(/Organization initech not found/);
	});

	test('can be stopped', async () => {
		const button = new AbortController();
		const running = executeInEditor(options(), button.signal);
		await expect.poll(() => lma.connections(), soon).toBeGreaterThan(0);
		button.abort();
		await running;
		await expect.poll(() => lma.connections(), soon).toBe(0);
	});
});

test('lists for the filters come from the database', async () => {
	const { loadOptions } = new LmaTrigger().methods;
	const context = {
		getCredentials: () => Promise.resolve({ ...lma.credential }),
		getNode: () => ({ name: 'Trigger' }),
	};
	expect(await loadOptions.getUsers.call(context as never)).toHaveLength(3);
	expect(await loadOptions.getCampaigns.call(context as never)).toEqual([
		expect.objectContaining({ name: 'Mine' }),
	]);
});
