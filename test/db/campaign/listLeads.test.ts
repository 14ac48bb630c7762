import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addLeadsToCampaigns } from '../../../db/campaign/addLeads';
import { createCampaigns } from '../../../db/campaign/create';
import { listCampaignLeads } from '../../../db/campaign/listLeads';
import { removeLeadsFromCampaigns } from '../../../db/campaign/removeLeads';
import { createLeads } from '../../../db/lead/create';
import { memberFilterSchema } from '../../../domain/campaign/membership';
import { parseInput } from '../../../domain/input/parseInput';
import { openTenant, rowOf, rowsOf, type TestTenant } from '../../setup/tenant';

describe('the leads of a campaign', () => {
	let acme: TestTenant;
	let campaignId: number;
	let emptyId: number;
	let leadIds: number[];
	beforeAll(async () => {
		acme = await openTenant();
		const leads = Array.from({ length: 10 }, (_, n) => ({
			email: `l${n}@x.test`,
			firstName: `L${n}`,
			lastName: '',
		}));
		leadIds = rowsOf(await acme.run((tx) => createLeads(tx, leads))).map(({ id }) => id);
		const campaigns = rowsOf(await acme.run((tx) => createCampaigns(tx, [{ name: 'x' }, { name: 'y' }])));
		[campaignId = 0, emptyId = 0] = campaigns.map(({ id }) => id);
		await acme.run((tx) =>
			addLeadsToCampaigns(
				tx,
				leadIds.toReversed().map((id, n) => ({
					campaignId,
					leadIds: [id],
					membershipStatus: ['active', 'responded', 'vip'][n % 3],
				})),
			),
		);
	});
	afterAll(() => acme.close());
	const list = (...filters: object[]) =>
		acme.run(
			(tx) =>
				listCampaignLeads(
					tx,
					filters.map((filter) => parseInput(memberFilterSchema, filter)),
				),
			{ readOnly: true },
		);

	it('come with their membership and the whole lead, by lead id', async () => {
		const rows = rowOf(await list({ campaignId }));
		expect(rows.map(({ leadId }) => leadId)).toEqual(leadIds);
		expect(rows[9]).toMatchObject({
			campaignId,
			status: 'active',
			addedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
			lead: { id: leadIds[9], email: 'l9@x.test', status: 'NEW', tags: null },
		});
	});

	it('can be those of some statuses', async () => {
		const statuses = rowOf(await list({ campaignId, membershipStatuses: ['vip', 'responded', 'vip'] }));
		expect(statuses.map(({ leadId }) => leadId)).toEqual(leadIds.filter((_, n) => (9 - n) % 3 !== 0));
		expect(rowOf(await list({ campaignId, membershipStatuses: ['no such'] }))).toEqual([]);
		expect(rowOf(await list({ campaignId, membershipStatuses: [] }))).toEqual([]);
	});

	it('come page by page, each once, whoever leaves or joins meanwhile', async () => {
		const first = rowOf(await list({ campaignId, limit: 4 }));
		await acme.run((tx) => removeLeadsFromCampaigns(tx, [{ campaignId, leadIds: [leadIds[1]!] }]));
		const second = rowOf(await list({ campaignId, limit: 4, afterLeadId: first.at(-1)?.leadId }));
		await acme.run((tx) => addLeadsToCampaigns(tx, [{ campaignId, leadIds: [leadIds[1]!] }]));
		const third = rowOf(await list({ campaignId, limit: 4, afterLeadId: second.at(-1)?.leadId }));
		expect([...first, ...second, ...third].map(({ leadId }) => leadId)).toEqual(leadIds);
		expect(rowOf(await list({ campaignId, limit: 4, afterLeadId: third.at(-1)?.leadId }))).toEqual([]);
	});

	it('are one statement for all requests; an unknown campaign fails alone', async () => {
		acme.statements.length = 0;
		const results = await list(
			{ campaignId, limit: 2 },
			{ campaignId: 999_999 },
			{ campaignId: emptyId },
			{ campaignId, limit: null, membershipStatuses: ['responded'] },
		);
		expect(acme.statements.filter((text) => text.includes('campaign_leads'))).toHaveLength(1);
		expect(results.map(({ row, error }) => row?.length ?? error?.code)).toEqual([
			2,
			'CAMPAIGN_NOT_FOUND',
			0,
			3,
		]);
	});
});
