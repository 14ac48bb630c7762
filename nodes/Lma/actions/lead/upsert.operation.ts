import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { upsertLeads } from '../../../../db/lead/upsert';
import { parseInput } from '../../../../domain/input/parseInput';
import { type UpsertLead, upsertLeadSchema } from '../../../../domain/lead/input';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';
import { columnsMapper, dataMode, forFields, isMapped, readMapped, withChanges } from './columnMapper';
import { additionalFields, requiredFields } from './fields';

export { hint } from './columnMapper';

export const description: INodeProperties[] = shownFor('lead', 'upsert', [
	dataMode,
	...requiredFields.map(forFields),
	forFields(additionalFields),
	columnsMapper('upsert'),
]);

export const access = 'write';
export const schema = upsertLeadSchema;

export function read(parameters: ItemParameters): UpsertLead {
	if (isMapped(parameters)) return parseInput(schema, readMapped(parameters));
	return parseInput(schema, {
		...withChanges(parameters.fields('additionalFields', { keepNull: true })),
		...parameters.fieldsOf('email', 'firstName', 'lastName'),
	});
}

/** Creates a lead, or updates the one with the same e-mail address. Repeating it changes nothing more. */
export function execute(sql: Sql, leads: UpsertLead[]) {
	return upsertLeads(sql, leads);
}
