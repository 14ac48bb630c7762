import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PublishedWorkflow } from '../../engine/triggers';
import { openTrigger, type TriggerUnderTest } from './trigger';

let lma: TriggerUnderTest;
beforeAll(async () => {
	lma = await openTrigger();
});
afterAll(async () => {
	await lma.close();
});

/** What keeps this process busy, by kind. */
function handles(): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const kind of process.getActiveResourcesInfo()) {
		if (kind === 'TCPSocketWrap' || kind === 'Timeout') counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return counts;
}

test('200 triggers of one credential share three connections, and leave none behind', async () => {
	// The superuser's own.
	await lma.owner`select 1`;
	const before = handles();
	const published: PublishedWorkflow[] = [];
	let most = 0;
	for (let n = 0; n < 200; n++) {
		published.push(await lma.publish());
		if (n % 20 === 0) most = Math.max(most, await lma.connections());
	}
	const [leadId] = await lma.insertLeads('for-all@acme.test');
	await expect
		.poll(() => published.filter((workflow) => workflow.items()[0]?.['leadId'] === leadId).length, {
			interval: 50,
			timeout: 20_000,
		})
		.toBe(200);
	most = Math.max(most, await lma.connections());
	expect(most).toBeLessThanOrEqual(3);
	const [{ listeners }] = await lma.owner<[{ listeners: number }]>`
		select count(*)::int as listeners
		from pg_stat_activity
		where datname = current_database() and application_name = 'n8n-nodes-lma listener'`;
	expect(listeners).toBe(1);
	await Promise.all(published.map((workflow) => workflow.unpublish()));
	await expect.poll(() => lma.connections(), { timeout: 10_000 }).toBe(0);
	await expect
		.poll(() => (handles()['TCPSocketWrap'] ?? 0) - (before['TCPSocketWrap'] ?? 0), { timeout: 10_000 })
		.toBeLessThanOrEqual(0);
}, 240_000);

test('200 times published and unpublished leaves nothing behind', async () => {
	await lma.connections();
	const before = handles();
	for (let n = 0; n < 200; n++) {
		const workflow = await lma.publish({}, { workflowId: 'on-and-off' });
		expect(await lma.connections()).toBeLessThanOrEqual(3);
		await workflow.unpublish();
	}
	await expect.poll(() => lma.connections(), { timeout: 10_000 }).toBe(0);
	await expect
		.poll(() => (handles()['TCPSocketWrap'] ?? 0) - (before['TCPSocketWrap'] ?? 0), { timeout: 10_000 })
		.toBeLessThanOrEqual(0);
	await expect
		.poll(() => (handles()['Timeout'] ?? 0) - (before['Timeout'] ?? 0), { timeout: 10_000 })
		.toBeLessThanOrEqual(1);
}, 240_000);
