import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { suppressLeads } from '../../../../db/suppression/suppress';
import { parseInput } from '../../../../domain/input/parseInput';
import { type Suppress, suppressSchema } from '../../../../domain/outreach/suppression';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../itemParameters';
import { communicationTypes, readTypes, suppressionReason } from './fields';

export const description: INodeProperties[] = shownFor('communication', 'suppress', [
	leadLocator,
	communicationTypes('By which types the lead must not be contacted'),
	suppressionReason({ default: 'do_not_contact', description: 'Why the lead must not be contacted' }),
]);

export const access = 'write';
export const schema = suppressSchema;

export function read(parameters: ItemParameters): Suppress {
	return parseInput(schema, {
		leadId: parameters.id('leadId'),
		communicationTypes: readTypes(parameters),
		...parameters.fieldsOf('reason'),
	});
}

/** Keeps leads, and whoever has their addresses, from being contacted. What is scheduled is cancelled when it becomes due. */
export function execute(sql: Sql, requests: Suppress[]) {
	return suppressLeads(sql, requests);
}
