import type { INodeProperties } from 'n8n-workflow';

import { type CampaignLead, listCampaignLeads } from '../../../../db/campaign/listLeads';
import type { Sql } from '../../../../db/connection/client';
import { type MemberFilter, memberFilterSchema } from '../../../../domain/campaign/membership';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { simplify as simplifyLead } from '../lead/simplify';
import { optionsCollection } from '../options';
import { pagingDescription, readPaged } from '../paging';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';

export const description: INodeProperties[] = shownFor('campaign', 'getLeads', [
	campaignLocator,
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'After Lead ID',
				name: 'afterLeadId',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 0,
				description:
					'Only leads with a higher ID, for the next page: the ID of the last lead of the page before',
			},
			{
				displayName: 'Membership Statuses',
				name: 'membershipStatuses',
				type: 'string',
				default: '',
				placeholder: 'e.g. active, responded',
				description:
					'Only leads with one of these statuses in the campaign: a list, or text with commas between them',
			},
		],
		description: 'Conditions that a lead of the campaign must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([ifNotFound]),
]);

export const access = 'read';
export const absence = 'notFound';
export const schema = memberFilterSchema;

export function read(parameters: ItemParameters): MemberFilter {
	const filters = parameters.fields('filters');
	const campaignId = parameters.id('campaignId');
	return readPaged(parameters, ({ limit }) => parseInput(schema, { ...filters, campaignId, limit }));
}

/** Lists the leads of campaigns by lead id: one output item per lead. */
export async function execute(sql: Sql, wanted: MemberFilter[]) {
	return await listCampaignLeads(sql, wanted);
}

export function simplify({ lead, ...membership }: CampaignLead) {
	return { ...membership, lead: simplifyLead(lead) };
}
