import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

const soon = { interval: 10, timeout: 10_000 };

/** Fails so many times, then succeeds. */
function failing(times: number) {
	let failures = 0;
	return () => {
		if (failures++ < times) throw new Error('A node failed');
	};
}

describe('an execution that fails', () => {
	test('is started again with the lead as it then is, and nothing overtakes it', async () => {
		const fails = failing(2);
		const workflow = await lma.publish(
			{ options: { retries: 2, secondsBetweenRetries: 0, batchSize: 1 } },
			{
				async execution({ items }) {
					await lma.owner`update leads set company = 'mended' where id = ${Number(items[0]?.json['leadId'])}`;
					fails();
				},
			},
		);
		const [first, second] = await lma.insertLeads('again1@acme.test', 'again2@acme.test');
		await expect
			.poll(() => workflow.items().map(({ leadId }) => leadId), soon)
			.toEqual([first, first, first, second]);
		const leads = workflow.items().map(({ lead }) => lead as { company: string | null });
		expect(leads.slice(0, 2).map(({ company }) => company)).toEqual([null, 'mended']);
		await workflow.unpublish();
	});

	test('counts as delivered after the last retry', async () => {
		const workflow = await lma.publish(
			{ options: { retries: 1, secondsBetweenRetries: 0 } },
			{ execution: failing(2) },
		);
		const [lead] = await lma.insertLeads('gives-up@acme.test');
		await expect.poll(() => workflow.emitted.length, soon).toBe(2);
		const [next] = await lma.insertLeads('next@acme.test');
		await expect.poll(() => workflow.items().map(({ leadId }) => leadId), soon).toEqual([lead, lead, next]);
		await workflow.unpublish();
	});

	test('has another key for n8n with each retry, which would be skipped otherwise', async () => {
		const workflow = await lma.publish(
			{ options: { executionPer: 'event', skipRepeats: true, retries: 1, secondsBetweenRetries: 0 } },
			{ execution: failing(1) },
		);
		await lma.insertLeads('keys@acme.test');
		await expect.poll(() => workflow.emitted.length, soon).toBe(2);
		const [first, retry] = workflow.emitted.map(({ deduplicationKey }) => deduplicationKey);
		expect(retry).toBe(`${first}:retry-1`);
		await workflow.unpublish();
	});

	test('is delivered again by the next trigger, when this one is stopped while it waits', async () => {
		const parameters = { options: { retries: 1, secondsBetweenRetries: 3600 } };
		const first = await lma.publish(parameters, { workflowId: 'waits', execution: failing(1) });
		const [lead] = await lma.insertLeads('waits@acme.test');
		await expect.poll(() => first.emitted.length, soon).toBe(1);
		await first.unpublish();
		const again = await lma.publish(parameters, { workflowId: 'waits' });
		await expect.poll(() => again.items().map(({ leadId }) => leadId), soon).toEqual([lead]);
		await again.unpublish();
	});
});
