import type { INodeProperties } from 'n8n-workflow';

import { updateCampaignLeads } from '../../../../db/campaign/updateLeads';
import type { Sql } from '../../../../db/connection/client';
import { type MembershipPatch, membershipPatchSchema } from '../../../../domain/campaign/membership';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator, leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('campaign', 'updateLead', [
	campaignLocator,
	leadLocator,
	{
		displayName: 'Membership Status',
		name: 'membershipStatus',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. responded',
		description: 'Status that the lead has in the campaign from now on, in your own words',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = membershipPatchSchema;

export function read(parameters: ItemParameters): MembershipPatch {
	return parseInput(schema, {
		campaignId: parameters.id('campaignId'),
		leadId: parameters.id('leadId'),
		membershipStatus: parameters.field('membershipStatus'),
	});
}

/** Changes the status of leads in campaigns: one output item per input. A status that is there already is no change. */
export function execute(sql: Sql, patches: MembershipPatch[]) {
	return updateCampaignLeads(sql, patches);
}
