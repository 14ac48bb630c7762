import type { INodeProperties } from 'n8n-workflow';

import { enrolLeads, type EnrolmentRequest } from '../../../../db/campaign/enrolLeads';
import type { Sql } from '../../../../db/connection/client';
import { enrolmentRequestSchema } from '../../../../domain/campaign/membership';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { campaignLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { membershipStatus } from './fields';

export const description: INodeProperties[] = shownFor('campaign', 'enrolLeads', [
	campaignLocator,
	optionsCollection([ifNotFound, membershipStatus]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = enrolmentRequestSchema;

export function read(parameters: ItemParameters): EnrolmentRequest {
	const { membershipStatus } = parameters.fields('options');
	return parseInput(schema, { campaignId: parameters.id('campaignId'), membershipStatus });
}

/** Enrols leads by the criteria of campaigns: one output item per campaign, with the leads it took and why nobody else. */
export function execute(sql: Sql, requests: EnrolmentRequest[]) {
	return enrolLeads(sql, requests);
}
