import type { INodeProperties } from 'n8n-workflow';

import { removeLeadsFromCampaigns } from '../../../../db/campaign/removeLeads';
import type { Sql } from '../../../../db/connection/client';
import { type MembershipRequest, membershipRequestSchema } from '../../../../domain/campaign/membership';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { leadIds } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'removeLeads', [
	campaignLocator,
	leadIds,
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = membershipRequestSchema;

export function read(parameters: ItemParameters): MembershipRequest {
	return parseInput(schema, {
		campaignId: parameters.id('campaignId'),
		leadIds: parameters.field('leadIds'),
	});
}

/** Takes leads out of campaigns: one output item per lead, which says whether it was there. The leads stay. */
export function execute(sql: Sql, requests: MembershipRequest[]) {
	return removeLeadsFromCampaigns(sql, requests);
}
