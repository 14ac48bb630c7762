import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byId, openLma, type LmaUnderTest } from '../../lma';

let lma: LmaUnderTest;
beforeAll(async () => {
	lma = await openLma();
	const people = Array.from({ length: 60 }, (_, n) => ({ email: `l${n}@example.com`, score: n + 1 }));
	await lma.output(
		'lead.create',
		{
			email: '={{ $json.email }}',
			firstName: 'A',
			lastName: 'B',
			additionalFields: { score: '={{ $json.score }}' },
		},
		people,
	);
});
afterAll(() => lma.close());
beforeEach(async () => {
	await lma.owner`delete from campaigns`;
});

const create = (additionalFields: Record<string, string | number>) =>
	lma.output('campaign.create', {
		name: 'Autumn',
		additionalFields: { status: 'active', startDate: '2026-01-01', ...additionalFields },
	});
const enrol = (items: { id: unknown }[], options = {}) =>
	lma.run('campaign.enrolLeads', { campaignId: byId('={{ $json.id }}'), options }, items as []);

describe('an active campaign', () => {
	test('with Target Criteria {} enrols nobody, and says so before and after', async () => {
		const created = await lma.run('campaign.create', {
			name: 'Autumn',
			additionalFields: { status: 'active', startDate: '2026-01-01', targetCriteria: '{}' },
		});
		const campaign = created.outputs[0]?.[0]?.json;
		expect(campaign).toMatchObject({ targetCriteria: {}, targetedLeads: 0 });
		const { outputs } = await enrol([{ id: campaign?.id }]);
		expect(outputs[0]?.map(({ json }) => json)).toEqual([
			expect.objectContaining({ enrolledLeads: 0, leads: [], reason: 'noCriteria' }),
		]);
		expect(await lma.owner`select from campaign_leads`).toHaveLength(0);
	});

	test('for everybody says how many that is, and takes fifty of them a day', async () => {
		const [campaign] = await create({ targetCriteria: '{ "all": true }' });
		expect(campaign).toMatchObject({ targetCriteria: { all: true }, targetedLeads: 60 });
		const [found] = await lma.output('campaign.get', {
			campaignId: byId(Number(campaign?.id)),
			simplify: true,
		});
		expect(found).toMatchObject({ leadCount: 0, targetedLeads: 60 });
		const [first] = await lma.output('campaign.enrolLeads', {
			campaignId: byId(Number(campaign?.id)),
			options: { membershipStatus: 'invited' },
		});
		expect(first).toMatchObject({ enrolledLeads: 50, leftToday: 0, reason: 'capReached' });
		const members = await lma.output('campaign.getLeads', {
			campaignId: byId(Number(campaign?.id)),
			returnAll: true,
			simplify: true,
		});
		expect(members).toHaveLength(50);
		expect(members[0]).toMatchObject({
			status: 'invited',
			lead: { email: 'l10@example.com', score: 11 },
		});
		const [updated] = await lma.output('campaign.update', {
			campaignId: byId(Number(campaign?.id)),
			updateFields: { dailyEnrolmentCap: 55 },
		});
		expect(updated).toMatchObject({ dailyEnrolmentCap: 55, targetedLeads: 60 });
		const [second] = await lma.output('campaign.enrolLeads', { campaignId: byId(Number(campaign?.id)) });
		expect(second).toMatchObject({ enrolledLeads: 5, leftToday: 0 });
	});

	test('that is unknown goes to the error output, alone', async () => {
		const [campaign] = await create({ targetCriteria: '{ "minScore": 60 }' });
		const { outputs } = await lma.run(
			'campaign.enrolLeads',
			{ campaignId: byId('={{ $json.id }}') },
			[{ id: 999_999 }, { id: campaign?.id as number }],
			{ onError: 'continueErrorOutput' },
		);
		expect(outputs[0]).toMatchObject([{ json: { enrolledLeads: 1 }, pairedItem: { item: 1 } }]);
		expect(outputs[1]).toMatchObject([{ json: { details: { code: 'CAMPAIGN_NOT_FOUND' } } }]);
		const skipped = await enrol([{ id: 999_999 }], { ifNotFound: 'skip' });
		expect(skipped.outputs[0] ?? []).toEqual([]);
	});
});

describe('target criteria', () => {
	test.each([
		['{ "industry": "energy" }', 'targetCriteria.industry is no criterion'],
		['{ "all": true, "tags": ["x"] }', 'targetCriteria.all means everybody, whatever else is said'],
		['{ "minScore": 0 }', 'targetCriteria leaves out nobody'],
		['{ "tags": [], "minScore": 5 }', 'targetCriteria.tags is empty, so that nobody meets it'],
		['[1]', 'targetCriteria must be a JSON object'],
		['{', 'targetCriteria is not valid JSON'],
	])('%s is refused, and nothing is created', async (targetCriteria, message) => {
		const { error } = await lma.run('campaign.create', {
			name: 'Autumn',
			additionalFields: { targetCriteria },
		});
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(await lma.owner`select from campaigns`).toHaveLength(0);
	});

	test('are cleared by null, and then mean nobody', async () => {
		const [campaign] = await create({ targetCriteria: '{ "all": true }' });
		const [updated] = await lma.output('campaign.update', {
			campaignId: byId(Number(campaign?.id)),
			updateFields: { targetCriteria: '={{ null }}', dailyEnrolmentCap: '={{ null }}' },
		});
		expect(updated).toMatchObject({ targetCriteria: {}, targetedLeads: 0, dailyEnrolmentCap: null });
	});

	test('are previewed without a campaign, also with a credential that may only read', async () => {
		const { outputs } = await lma.run(
			'campaign.previewAudience',
			{ audience: 'criteria', targetCriteria: '{ "minScore": 31 }', options: { sampleSize: 2 } },
			[{}],
			{ credentials: { lmaApi: { ...lma.credential, readOnly: true } } },
		);
		expect(outputs[0]?.map(({ json }) => json)).toEqual([
			expect.objectContaining({ campaignId: null, targetedLeads: 30, isCountExact: true, reason: null }),
		]);
		expect(outputs[0]?.[0]?.json.leads).toHaveLength(2);
	});

	test('of a campaign are previewed as they are stored', async () => {
		const [draft] = await create({ status: 'draft', targetCriteria: '{ "minScore": 31 }' });
		const [preview] = await lma.output('campaign.previewAudience', { campaignId: byId(Number(draft?.id)) });
		expect(preview).toMatchObject({
			campaignName: 'Autumn',
			targetedLeads: 30,
			reason: 'notActive',
			leads: [],
		});
	});
});

describe('a lead in a campaign', () => {
	test('gets another status by the lead’s address, and only there', async () => {
		const [campaign] = await create({ targetCriteria: '{ "minScore": 60 }' });
		const campaignId = byId(Number(campaign?.id));
		await lma.output('campaign.enrolLeads', { campaignId });
		const [changed] = await lma.output('campaign.updateLead', {
			campaignId,
			leadId: { __rl: true, mode: 'email', value: 'l59@example.com' },
			membershipStatus: 'responded',
		});
		expect(changed).toMatchObject({ status: 'responded', previousStatus: 'active', changed: true });
		const found = await lma.output('campaign.getLeads', {
			campaignId,
			filters: { membershipStatuses: 'responded, left' },
		});
		expect(found).toMatchObject([{ leadId: changed?.leadId, lead: { score: 60 } }]);
		const { error } = await lma.run('campaign.updateLead', {
			campaignId,
			leadId: byId(Number(changed?.leadId) - 1),
			membershipStatus: 'x',
		});
		expect(error?.message).toMatch(/^Lead \d+ is not in campaign \d+/);
		const next = await lma.output('campaign.getLeads', {
			campaignId,
			filters: { afterLeadId: changed?.leadId as number },
		});
		expect(next).toEqual([]);
	});
});
