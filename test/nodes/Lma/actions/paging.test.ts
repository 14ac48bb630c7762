import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLma, type LmaUnderTest } from '../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
});
afterAll(async () => {
	await lma.close();
});

async function insertLeads(count: number): Promise<void> {
	await lma.owner`
		insert into leads (email, first_name, last_name, organization_id)
		select n || '@example.com', '', '', ${lma.acme.id}
		from generate_series(1, ${count}::int) n`;
}

test('Return All gives each lead once while others come in', async () => {
	await insertLeads(25_000);
	const listing = lma.output('lead.getMany', { returnAll: true });
	const done = new AbortController();
	const inserting = (async () => {
		while (!done.signal.aborted) await insertLeads(20);
	})();
	const leads = await listing.finally(() => {
		done.abort();
	});
	await inserting;
	expect(leads.length).toBeGreaterThanOrEqual(25_000);
	expect(new Set(leads.map(({ id }) => id)).size).toBe(leads.length);
});

test('Return All asked for by many items in different ways gives each its own', async () => {
	const [lead] = await lma.output('lead.getMany', { limit: 1 });
	const items = [{ email: lead?.email ?? '' }, { email: 'nobody@example.com' }, { email: lead?.email ?? '' }];
	const { outputs } = await lma.run(
		'lead.getMany',
		{ returnAll: true, filters: { email: '={{ $json.email }}' } },
		items as never,
	);
	const asking = (outputs[0] ?? []).map(({ pairedItem }) => (pairedItem as { item: number }).item);
	expect(new Set(asking)).toEqual(new Set([0, 2]));
});

test.each(['true', ' TRUE ', true])('Return All and Simplify are on for %j', async (on) => {
	const leads = await lma.output(
		'lead.getMany',
		{ returnAll: '={{ $json.on }}', limit: 1, simplify: '={{ $json.on }}' },
		[{ on }],
	);
	expect(leads.length).toBeGreaterThan(1);
	expect(leads[0]).not.toHaveProperty('organizationId');
});

test.each(['returnAll', 'simplify'])('%s that is neither true nor false is an error', async (name) => {
	const { error } = await lma.run('lead.getMany', { limit: 1, [name]: '={{ "maybe" }}' });
	expect(error?.message).toBe(`${name} must be true or false`);
});
