import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLma, type LmaUnderTest } from '../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
	await lma.owner`
		insert into leads (organization_id, email, first_name, last_name)
		select ${lma.acme.id}, format('Lead%s@Example.com', n), 'Lead', n::text from generate_series(1, 300) n`;
	await lma.owner`
		insert into leads (organization_id, email, first_name, last_name)
		values
			(${lma.acme.id}, 'lead1@example.com', 'Younger', ''),
			(${lma.globex.id}, 'secret@globex.test', 'Secret', '')`;
});
afterAll(() => lma.close());

/** A lead as the node's editor stores it when it is given by address. */
function byEmail(value: string) {
	return { __rl: true, mode: 'email', value };
}

test('a lead is found by its address, in whatever case it is written', async () => {
	expect(await lma.output('lead.get', { leadId: byEmail(' lead7@EXAMPLE.com ') })).toMatchObject([
		{ email: 'Lead7@Example.com' },
	]);
});

test('of several leads with one address it is the oldest', async () => {
	expect(await lma.output('lead.get', { leadId: byEmail('lead1@example.com') })).toMatchObject([
		{ firstName: 'Lead', lastName: '1' },
	]);
});

test('ids and addresses may be mixed, and an expression may give either', async () => {
	const [first] = await lma.output('lead.get', { leadId: byEmail('lead2@example.com') });
	const found = await lma.output('lead.get', { leadId: '={{ $json.lead }}' }, [
		{ lead: first?.id ?? 0 },
		{ lead: 'lead3@example.com' },
		{ lead: `${first?.id as number}` },
		{ lead: 'lead3@example.com' },
	]);
	expect(found.map(({ lastName }) => lastName)).toEqual(['2', '3', '2', '3']);
});

test('hundreds of addresses are one statement', async () => {
	const items = Array.from({ length: 300 }, (_, n) => ({ lead: `lead${String(n + 1)}@example.com` }));
	const scans = async () => {
		await lma.owner`select pg_stat_force_next_flush()`;
		const [row] = await lma.owner<{ n: number }[]>`
			select xact_commit::int as n from pg_stat_database where datname = current_database()`;
		return row?.n ?? 0;
	};
	const before = await scans();
	const updated = await lma.output(
		'lead.update',
		{ leadId: byEmail('={{ $json.lead }}'), updateFields: { score: 7 } },
		items,
	);
	expect(updated.map(({ lastName, score }) => [lastName, score])).toEqual(
		items.map((_, n) => [String(n + 1), 7]),
	);
	expect((await scans()) - before).toBeLessThan(30);
});

test('an owner is given by address, in a collection as well, beside a lead by address', async () => {
	const [updated] = await lma.output('lead.update', {
		leadId: byEmail('lead4@example.com'),
		updateFields: { assignedToId: byEmail('USER2@acme.test') as never },
	});
	expect(updated?.assignedToId).toBe(lma.acme.userIds[1]);
	const listed = await lma.output('lead.getMany', { filters: { assignedToId: 'user2@acme.test' } });
	expect(listed).toMatchObject([{ email: 'Lead4@Example.com' }]);
});

test('an address that nobody has fails its item alone, names the field and does not repeat the address', async () => {
	const { outputs } = await lma.run(
		'lead.update',
		{
			leadId: '={{ $json.lead }}',
			updateFields: { assignedToId: '={{ $json.owner }}', score: '={{ $json.score }}' },
		},
		[
			{ lead: 'nobody@example.com', score: 1 },
			{ lead: 'secret@globex.test', score: 2 },
			{ lead: 'lead5@example.com', owner: 'user1@globex.test', score: 3 },
			{ lead: 'lead6@example.com', score: 4 },
			{ lead: 'a\0@b\ud800', score: 5 },
		],
		{ onError: 'continueErrorOutput' },
	);
	expect(outputs[0]).toMatchObject([{ json: { lastName: '6', score: 4 }, pairedItem: { item: 3 } }]);
	const errors = (outputs[1] ?? []).map(({ json }) => json.error);
	expect(errors).toEqual([
		expect.stringMatching(/^Lead with this e-mail address not found, given as leadId/),
		expect.stringMatching(/^Lead with this e-mail address not found, given as leadId/),
		expect.stringMatching(/^assignedToId: no user has this e-mail address/),
		expect.stringMatching(/^Lead with this e-mail address not found, given as leadId/),
	]);
	expect(JSON.stringify(errors)).not.toMatch(/nobody@|secret@|@globex/);
});

test('without an error output nothing is written when one address is nobody’s', async () => {
	const { error } = await lma.run(
		'lead.update',
		{ leadId: '={{ $json.lead }}', updateFields: { score: 99 } },
		[{ lead: 'lead8@example.com' }, { lead: 'nobody@example.com' }],
	);
	expect(error?.message).toContain('not found, given as leadId');
	expect(await lma.owner`select from leads where score = 99`).toHaveLength(0);
});

test('what to do when a lead is not found goes for addresses, too', async () => {
	const get = (ifNotFound: string) =>
		lma.output('lead.get', { leadId: byEmail('nobody@example.com'), options: { ifNotFound } });
	expect(await get('skip')).toEqual([]);
	expect(await get('empty')).toEqual([{}]);
});

test('an address that cannot be looked up says why, for its item alone', async () => {
	const { outputs } = await lma.run(
		'lead.get',
		{ leadId: '={{ $json.lead }}' },
		[{ lead: 'lead1@example.com' }, { lead: 'not an id' }],
		{
			onError: 'continueErrorOutput',
			credentials: { lmaApi: { ...lma.credential, password: 'wrong' } },
		},
	);
	expect(outputs[1]?.map(({ json }) => json.error)).toEqual([
		expect.stringContaining('User or password is wrong'),
		expect.stringContaining('leadId must be the number of an existing row'),
	]);
});
