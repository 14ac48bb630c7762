import type { INodeProperties } from 'n8n-workflow';

import { type Targeted, withTargetedLeads } from '../../../../db/campaign/countTargeted';
import { type CountedCampaign, findCampaigns } from '../../../../db/campaign/find';
import type { Sql } from '../../../../db/connection/client';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyCampaign } from './simplify';

export const description: INodeProperties[] = shownFor('campaign', 'get', [
	campaignLocator,
	simplifyDescription,
	optionsCollection([ifNotFound]),
]);

export const access = 'read';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('campaignId');
}

/** Gets one campaign per input, with the number of its leads, and of those that its criteria mean. */
export async function execute(sql: Sql, ids: number[]) {
	return await withTargetedLeads(sql, await findCampaigns(sql, ids));
}

export function simplify(campaign: Targeted<CountedCampaign>) {
	return {
		...simplifyCampaign(campaign),
		leadCount: campaign.leadCount,
		targetedLeads: campaign.targetedLeads,
	};
}
