import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

test('a new lead starts an execution at once, with what happened and the lead', async () => {
	const workflow = await lma.publish();
	const begun = Date.now();
	const [leadId] = await lma.insertLeads('ada@acme.test');
	await expect.poll(() => workflow.emitted.length, { interval: 10 }).toBe(1);
	expect(Date.now() - begun).toBeLessThan(1500);
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
