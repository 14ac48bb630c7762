import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openLma, type LmaUnderTest } from '../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
	// One bulk insert: all leads share one createdAt.
	await lma.owner`
		insert into leads (email, first_name, last_name, organization_id, status)
		select n || '@example.com', 'A', 'B', ${lma.acme.id}, case n % 2 when 0 then 'NEW' else 'QUALIFIED' end::lead_status_enum
		from generate_series(1, 1899) n`;
});
afterAll(async () => {
	await lma.close();
});

/** All pages of a list, each asked for with the cursor of the last item of the page before. */
async function pages(operation: string, parameters: Record<string, unknown>, limit: number) {
	const found: IDataObject[][] = [];
	let cursor: unknown;
	for (;;) {
		const page = await lma.output(
			operation,
			{
				...parameters,
				limit,
				options: { includeCursor: true, afterCursor: '={{ $json.cursor }}' },
			} as never,
			[{ cursor } as IDataObject],
		);
		if (page.length === 0) return found;
		found.push(page);
		cursor = page.at(-1)?.cursor;
	}
}

test('a loop over pages of leads that share one createdAt gives each once, and ends', async () => {
	const filters = { createdAfter: '2020-01-01T00:00:00Z' };
	const found = await pages('lead.getMany', { filters }, 500);
	expect(found.map((page) => page.length)).toEqual([500, 500, 500, 399]);
	expect(new Set(found.flat().map(({ id }) => id)).size).toBe(1899);
});

test('each simplified item keeps its cursor, and without the option no item has one', async () => {
	const [lead] = await lma.output('lead.getMany', {
		limit: 1,
		simplify: true,
		options: { includeCursor: true },
	});
	expect(lead).toHaveProperty('cursor');
	expect(lead).not.toHaveProperty('organizationId');
	for (const simplify of [true, false]) {
		const [plain] = await lma.output('lead.getMany', { limit: 1, simplify });
		expect(plain).not.toHaveProperty('cursor');
	}
	const users = await pages('user.getMany', { filters: { isActive: true } }, 2);
	expect(users.map((page) => page.length)).toEqual([2, 1]);
});

test.each([
	[{ sortBy: 'score' }, 'afterCursor is a cursor of a list by created desc, not by score desc'],
	[{ filters: { minScore: 0 } }, 'afterCursor is a cursor of a list with another minScore, status'],
	[{ match: 'any', filters: { status: ['NEW'] } }, 'afterCursor is a cursor of a list with another match'],
])('a cursor of another list is refused, its item alone: %j', async (other, message) => {
	const asked = { limit: 1, filters: { status: ['NEW'] } };
	const [{ cursor } = {}] = await lma.output('lead.getMany', { ...asked, options: { includeCursor: true } });
	const { outputs } = await lma.run(
		'lead.getMany',
		{ ...asked, ...other, options: { afterCursor: '={{ $json.cursor }}' } } as never,
		[{ cursor } as IDataObject, {}],
		{ onError: 'continueRegularOutput' },
	);
	const [refused, given] = outputs[0] ?? [];
	expect(JSON.stringify(refused?.json)).toContain(message);
	expect(given?.json).toHaveProperty('id');
});

test('what is no cursor is refused without being repeated', async () => {
	const secret = 'anna@example.com';
	for (const afterCursor of [
		secret,
		'W10',
		Buffer.from('[1,"leads","created desc",{},["now"],5]').toString('base64url'),
	]) {
		const { error } = await lma.run('lead.getMany', { options: { afterCursor } });
		expect(error?.message).toMatch(/^afterCursor is (not a cursor|a cursor of)/);
		expect(JSON.stringify([error?.message, error?.description])).not.toContain(secret);
	}
});

test('leads are found by ids as a list, JSON or text, in a campaign, and by any of the filters', async () => {
	const leads = await lma.output('lead.getMany', { limit: 4, sortDirection: 'asc' });
	const ids = leads.map(({ id }) => Number(id));
	for (const given of [ids, JSON.stringify(ids), ids.join(', ')]) {
		const found = await lma.output('lead.getMany', { filters: { ids: given } } as never);
		expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
	}
	expect(await lma.output('lead.getMany', { filters: { ids: [] } } as never)).toEqual([]);
	const [campaign] = await lma.output('campaign.create', { name: 'Spring' });
	await lma.output('campaign.addLeads', {
		campaignId: { __rl: true, mode: 'id', value: campaign!.id as number },
		leadIds: ids.slice(0, 2).join(','),
	});
	const campaignId = { __rl: true, mode: 'list', value: campaign!.id };
	const inCampaign = async (filters: object, others: object = {}) =>
		(await lma.output('lead.getMany', { filters, ...others } as never)).map(({ id }) => id).sort();
	expect(await inCampaign({ campaignId })).toEqual(ids.slice(0, 2));
	expect(await inCampaign({ campaignId, membershipStatuses: 'active' })).toEqual(ids.slice(0, 2));
	expect(await inCampaign({ membershipStatuses: 'responded, bounced' })).toEqual([]);
	expect(await inCampaign({ campaignId, ids: [ids[3]] }, { match: 'any' })).toEqual([ids[0], ids[1], ids[3]]);
});
