import type { INodeProperties } from 'n8n-workflow';

import { withTargetedLeads } from '../../../../db/campaign/countTargeted';
import { createCampaigns } from '../../../../db/campaign/create';
import type { Sql } from '../../../../db/connection/client';
import { type NewCampaign, newCampaignSchema } from '../../../../domain/campaign/input';
import { parseInput } from '../../../../domain/input/parseInput';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';
import { audienceHint } from './audienceHint';
import { newCampaignFields } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'create', newCampaignFields);

export const access = 'write';
export const schema = newCampaignSchema;
export const hint = audienceHint;

export function read(parameters: ItemParameters): NewCampaign {
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('name'),
	});
}

/** Creates campaigns, without leads, and says how many leads the criteria of each mean. */
export async function execute(sql: Sql, campaigns: NewCampaign[]) {
	return await withTargetedLeads(sql, await createCampaigns(sql, campaigns));
}
