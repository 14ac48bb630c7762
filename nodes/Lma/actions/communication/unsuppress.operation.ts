import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { unsuppressLeads } from '../../../../db/suppression/suppress';
import { parseInput } from '../../../../domain/input/parseInput';
import { type Unsuppress, unsuppressSchema } from '../../../../domain/outreach/suppression';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../itemParameters';
import { communicationTypes, readTypes, suppressionReason } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'unsuppress', [
	leadLocator,
	communicationTypes('By which types the lead may be contacted again'),
	suppressionReason({
		default: 'address_bounced',
		description: 'Which reason no longer holds. Others that keep the lead from being contacted stay.',
	}),
]);

export const access = 'write';
export const schema = unsuppressSchema;

export function read(parameters: ItemParameters): Unsuppress {
	return parseInput(schema, {
		leadId: parameters.id('leadId'),
		communicationTypes: readTypes(parameters),
		...parameters.fieldsOf('reason'),
	});
}

/** Lifts one reason that keeps leads and their addresses from being contacted. What was cancelled stays so. */
export function execute(sql: Sql, requests: Unsuppress[]) {
	return unsuppressLeads(sql, requests);
}
