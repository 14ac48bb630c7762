import type { INodeProperties } from 'n8n-workflow';

import { withTargetedLeads } from '../../../../db/campaign/countTargeted';
import { updateCampaigns } from '../../../../db/campaign/update';
import type { Sql } from '../../../../db/connection/client';
import { type CampaignPatch, campaignPatchSchema } from '../../../../domain/campaign/input';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { audienceHint } from './audienceHint';
import { updateFields } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'update', [
	campaignLocator,
	updateFields,
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = campaignPatchSchema;
export const hint = audienceHint;

export function read(parameters: ItemParameters): CampaignPatch {
	return parseInput(schema, {
		...parameters.fields('updateFields', { keepNull: true }),
		id: parameters.id('campaignId'),
	});
}

/** Changes the fields that are given. Empty ones stay as they are, null clears. Says how many leads the criteria mean. */
export async function execute(sql: Sql, patches: CampaignPatch[]) {
	return await withTargetedLeads(sql, await updateCampaigns(sql, patches));
}
