import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { updateCampaignLeads } from '../../../db/campaign/updateLeads';
import { createLeads } from '../../../db/lead/create';
import { membershipPatchSchema } from '../../../domain/campaign/membership';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('the status of a lead in a campaign', () => {
	let acme: TestTenant;
	let owner: postgres.Sql;
	let campaignId: number;
	let leadIds: number[];
	beforeAll(async () => {
		acme = await openTenant();
		owner = postgres(acme.database.ownerUrl, { max: 1, onnotice: () => undefined });
	});
	afterAll(async () => {
		await owner.end();
		await acme.close();
	});
	beforeEach(async () => {
		const leads = ['a', 'b', 'c'].map((name) => ({ email: `${name}@x.test`, firstName: '', lastName: '' }));
		leadIds = rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		campaignId = rowOf(await acme.run((tx) => createCampaigns(tx, [{ name: 'x' }]))).id;
		await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId, leadIds: leadIds.slice(0, 2) }]));
	});
	const update = (...patches: object[]) =>
		acme.run((tx) =>
			updateCampaignLeads(
				tx,
				patches.map((patch) => parseInput(membershipPatchSchema, patch)),
			),
		);
	const changes = async () => {
		const rows = await owner<{ metadata: unknown }[]>`
			select activity_metadata as metadata
			from activity_logs
			where campaign_id = ${campaignId} and activity_type = 'campaign.leadStatusChanged'
			order by lead_id`;
		return rows.map(({ metadata }) => metadata);
	};

	it('is changed, with an event, and the answer has the one before', async () => {
		const [leadId = 0] = leadIds;
		expect(rowOf(await update({ campaignId, leadId, membershipStatus: 'responded' }))).toMatchObject({
			campaignId,
			leadId,
			status: 'responded',
			previousStatus: 'active',
			changed: true,
		});
		expect(await changes()).toEqual([
			{ before: { status: 'active' }, after: { campaign_id: campaignId, status: 'responded' } },
		]);
	});

	it('that is there already changes nothing, not even the time of the last change', async () => {
		const [leadId = 0] = leadIds;
		const [first, second] = [
			rowOf(await update({ campaignId, leadId, membershipStatus: 'active' })),
			rowOf(await update({ campaignId, leadId, membershipStatus: 'active' })),
		];
		expect(first).toMatchObject({ status: 'active', previousStatus: 'active', changed: false });
		expect(second.updatedAt).toBe(first.addedAt);
		expect(await changes()).toEqual([]);
	});

	it('is changed for many in one statement; what is not there fails alone', async () => {
		const [a, b, c] = leadIds;
		acme.statements.length = 0;
		const results = await update(
			{ campaignId, leadId: a, membershipStatus: 'first' },
			{ campaignId, leadId: c, membershipStatus: 'x' },
			{ campaignId: 999_999, leadId: a, membershipStatus: 'x' },
			{ campaignId, leadId: b, membershipStatus: 'other' },
			{ campaignId, leadId: a, membershipStatus: 'last' },
		);
		expect(acme.statements.filter((text) => text.includes('campaign_leads'))).toHaveLength(1);
		expect(results.map(({ row, error }) => row?.status ?? error?.message)).toEqual([
			'last',
			`Lead ${c} is not in campaign ${campaignId}`,
			'Campaign 999999 not found',
			'other',
			'last',
		]);
		expect(await changes()).toHaveLength(2);
	});
});
