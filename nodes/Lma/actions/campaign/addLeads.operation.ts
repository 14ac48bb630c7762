import type { INodeProperties } from 'n8n-workflow';

import { addLeadsToCampaigns, type LeadsToAdd } from '../../../../db/campaign/addLeads';
import type { Sql } from '../../../../db/connection/client';
import { leadsToAddSchema } from '../../../../domain/campaign/membership';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { leadIds, membershipStatus } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'addLeads', [
	campaignLocator,
	leadIds,
	optionsCollection([
		ifNotFound,
		membershipStatus,
		{
			displayName: 'Skip Unknown Leads',
			name: 'skipUnknownLeads',
			type: 'boolean',
			default: false,
			description: 'Whether to skip leads that do not exist instead of failing the item',
		},
	]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = leadsToAddSchema;

export function read(parameters: ItemParameters): LeadsToAdd {
	const { membershipStatus, skipUnknownLeads } = parameters.fields('options');
	return parseInput(schema, {
		campaignId: parameters.id('campaignId'),
		leadIds: parameters.field('leadIds'),
		membershipStatus,
		skipUnknownLeads,
	});
}

/** Adds leads to campaigns: one output item per lead, which says whether it was new there. */
export function execute(sql: Sql, requests: LeadsToAdd[]) {
	return addLeadsToCampaigns(sql, requests);
}
