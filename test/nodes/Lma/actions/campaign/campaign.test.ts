import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
let leadIds: number[];
let campaignId: number;
beforeAll(async () => {
	lma = await openLma();
	const leads = await lma.output(
		'lead.create',
		{ email: '={{ $json.email }}', firstName: 'A', lastName: 'B' },
		['a', 'b', 'c'].map((name) => ({ email: `${name}@example.com` })),
	);
	leadIds = leads.map(({ id }) => id as number);
});
afterAll(async () => {
	await lma.close();
});
beforeEach(async () => {
	const [campaign] = await lma.output('campaign.create', { name: 'Autumn' });
	campaignId = campaign?.id as number;
});

const UNKNOWN = 999_999;

describe('campaign create', () => {
	test('takes every field, in whatever form n8n has it', async () => {
		const [campaign] = await lma.output('campaign.create', {
			name: 'Spring',
			additionalFields: {
				status: 'active',
				campaignType: 'webinar',
				description: 'Two evenings',
				startDate: '2027-03-01T00:00:00',
				endDate: '={{ new Date("2027-03-31T12:00:00Z") }}',
				budgetAllocated: '={{ "250000" }}',
				goals: '{ "deals": 5 }',
				targetCriteria: '={{ { tags: "energy", minScore: "40" } }}',
				dailyEnrolmentCap: '={{ "20" }}',
				createdBy: lma.acme.userIds[1] ?? 0,
			},
		});
		expect(campaign).toMatchObject({
			name: 'Spring',
			status: 'active',
			startDate: '2027-03-01',
			endDate: '2027-03-31',
			budgetAllocated: 250_000,
			goals: { deals: 5 },
			targetCriteria: { tags: ['energy'], minScore: 40 },
			dailyEnrolmentCap: 20,
			targetedLeads: 0,
			createdBy: lma.acme.userIds[1],
		});
	});

	test('names the field that is wrong', async () => {
		const { error } = await lma.run('campaign.create', {
			name: 'x',
			additionalFields: { createdBy: lma.globex.userIds[0] ?? 0 },
		});
		expect(error?.message).toBe(`User ${String(lma.globex.userIds[0])} not found, given as createdBy`);
		const noName = await lma.run('campaign.create', { name: '={{ "" }}' });
		expect(noName.error?.message).toBe('name is missing');
	});
});

describe('campaign update', () => {
	const update = (updateFields: Record<string, string | number | string[]>, more = {}) => ({
		campaignId: byId('={{ $json.campaign }}'),
		updateFields,
		...more,
	});

	test('leaves what is empty alone, and clears what is null', async () => {
		const item = { campaign: campaignId };
		await lma.output('campaign.update', update({ description: 'd', budgetAllocated: 0 }), [item]);
		const [changed] = await lma.output(
			'campaign.update',
			update({ description: '={{ null }}', name: '', campaignType: '={{ undefined }}', status: 'paused' }),
			[item],
		);
		expect(changed).toMatchObject({
			name: 'Autumn',
			description: null,
			status: 'paused',
			budgetAllocated: 0,
		});
		const { error } = await lma.run('campaign.update', update({ name: '={{ null }}' }), [item]);
		expect(error?.message).toBe('name cannot be null');
	});

	test('one that is not there gives what is chosen', async () => {
		const items = [{ campaign: UNKNOWN }, { campaign: campaignId }];
		const { error } = await lma.run('campaign.update', update({ name: 'x' }), items);
		expect(error?.message).toBe(`Campaign ${UNKNOWN} not found, given as campaignId`);
		const skip = update({ name: 'x' }, { options: { ifNotFound: 'skip' } });
		expect(await lma.output('campaign.update', skip, items)).toMatchObject([{ id: campaignId, name: 'x' }]);
	});
});

describe('campaign addLeads and removeLeads', () => {
	const members = (more = {}) => ({ campaignId: byId(campaignId), leadIds: '={{ $json.leads }}', ...more });

	test('take the lead of each item, and say what was new', async () => {
		const items = leadIds.map((id) => ({ id }));
		const byItem = { campaignId: byId(campaignId), leadIds: '={{ $json.id }}' };
		const added = await lma.run('campaign.addLeads', byItem, [...items, { id: leadIds[0] ?? 0 }]);
		expect(added.outputs[0]).toMatchObject([
			...leadIds.map((leadId, item) => ({
				json: { campaignId, leadId, status: 'active', added: true },
				pairedItem: { item },
			})),
			{ json: { leadId: leadIds[0], added: false }, pairedItem: { item: 3 } },
		]);
		const [campaign] = await lma.output('campaign.get', { campaignId: byId(campaignId), simplify: true });
		expect(campaign).toMatchObject({ id: campaignId, name: 'Autumn', leadCount: 3 });
		const removed = await lma.output('campaign.removeLeads', byItem, [{ id: leadIds[1] ?? 0 }]);
		expect(removed).toEqual([{ campaignId, leadId: leadIds[1], removed: true }]);
	});

	test('take a list as text, as JSON or as an array', async () => {
		const lists = [leadIds.join(', '), JSON.stringify(leadIds), leadIds, leadIds.map(String)];
		const { outputs } = await lma.run(
			'campaign.addLeads',
			members(),
			lists.map((leads) => ({ leads })),
		);
		expect(outputs[0]?.map(({ json }) => json.leadId)).toEqual(lists.flatMap(() => leadIds));
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual(
			lists.flatMap((_, item) => leadIds.map(() => ({ item }))),
		);
	});

	test('an unknown lead fails its item, with nothing of it added', async () => {
		const items = [{ leads: [leadIds[0] ?? 0, UNKNOWN] }, { leads: [leadIds[1] ?? 0] }];
		const { outputs } = await lma.run('campaign.addLeads', members(), items, {
			onError: 'continueErrorOutput',
		});
		expect(outputs[0]).toMatchObject([
			{ json: { leadId: leadIds[1], added: true }, pairedItem: { item: 1 } },
		]);
		expect(outputs[1]).toMatchObject([
			{
				json: {
					error: expect.stringContaining(`Lead ${UNKNOWN} not found, given as leadIds`) as unknown,
					details: { code: 'LEAD_NOT_FOUND', field: 'leadIds' },
				},
				pairedItem: { item: 0 },
			},
		]);
		const skipping = members({ options: { skipUnknownLeads: true, membershipStatus: 'late' } });
		expect(await lma.output('campaign.addLeads', skipping, items.slice(0, 1))).toMatchObject([
			{ leadId: leadIds[0], status: 'late', added: true },
		]);
	});

	test.each([
		['no lead at all', [], 'leadIds names no lead'],
		['what is no id', ['x'], 'leadIds.0 must be the number of an existing row: "x"'],
		['an object', { id: 1 }, 'leadIds must be a list of lead ids: an object'],
		['broken JSON', '[1, 2', 'leadIds: "[1, 2" is not valid JSON'],
		['an id beyond all ids', '99999999999', 'leadIds.0 must be the number of an existing row'],
	])('refuse %s, and say what to do', async (_title, leads, message) => {
		for (const operation of ['campaign.addLeads', 'campaign.removeLeads']) {
			const { error } = await lma.run(operation, members(), [{ leads }]);
			expect(error?.message).toContain(message);
			expect(error?.description).toBeTruthy();
		}
	});
});

describe('campaign getMany', () => {
	test('finds campaigns by conditions that combine', async () => {
		await lma.output('campaign.create', {
			name: 'Ended',
			additionalFields: { status: 'completed', startDate: '2020-01-01', endDate: '2020-02-01' },
		});
		const found = async (filters: Record<string, string | number | string[]>, options = {}) =>
			(await lma.output('campaign.getMany', { filters, options, returnAll: true })).map(({ name }) => name);
		expect(await found({ status: ['completed'], runsOn: '2020-01-15' })).toEqual(['Ended']);
		expect(await found({ search: 'nded' }, { orderBy: 'name' })).toEqual(['Ended']);
		expect(await found({ runsOn: '2019-01-01' })).toEqual([]);
		const none = { filters: { search: 'no such' }, options: { ifNothingMatched: 'empty' }, simplify: true };
		expect(await lma.output('campaign.getMany', none)).toEqual([{}]);
	});
});
