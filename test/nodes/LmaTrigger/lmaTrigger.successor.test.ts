import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy } from './silentProxy';
import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

test(
	'a workflow with another credential does not wait for the way to the old one',
	{ timeout: 90_000 },
	async () => {
		const workflowId = 'moves-away';
		const proxy = await startProxy(lma.credential);
		const { promise: end, resolve: finish } = Promise.withResolvers<undefined>();
		const old = await lma.publish(
			{},
			{
				workflowId,
				credentials: { lmaApi: { ...lma.credential, port: proxy.port } },
				execution: () => end,
			},
		);
		const [first] = await lma.insertLeads('moves1@acme.test');
		await expect.poll(() => old.emitted.length, { interval: 20, timeout: 10_000 }).toBe(1);
		await proxy.cut();
		finish(undefined);
		await old.unpublish();

		const moved = await lma.publish({}, { workflowId });
		const [next] = await lma.insertLeads('moves2@acme.test');
		// The old one cannot renew it any more.
		await lma.owner`
			update lma.event_subscriptions
			set lease_until = now() - interval '1 second'
			where name like '%:moves-away:%'`;
		await expect
			.poll(() => moved.items().map(({ leadId }) => leadId), { interval: 100, timeout: 40_000 })
			.toEqual([next]);
		expect(old.items().map(({ leadId }) => leadId)).toEqual([first]);
		await moved.unpublish();
		await proxy.stop();
	},
);

test('a trigger that n8n has forgotten to close gives way to the next one', { timeout: 30_000 }, async () => {
	const workflowId = 'forgotten';
	const forgotten = await lma.publish({}, { workflowId });
	const next = await lma.publish({}, { workflowId });
	const ids = await lma.insertLeads('forgotten@acme.test');
	await expect
		.poll(() => next.items().map(({ leadId }) => leadId), { interval: 20, timeout: 15_000 })
		.toEqual(ids);
	expect(forgotten.items()).toEqual([]);
	await next.unpublish();
	await forgotten.unpublish();
});
