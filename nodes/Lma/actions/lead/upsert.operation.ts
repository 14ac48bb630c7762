import type { INodeProperties } from 'n8n-workflow';
import type { Sql } from '../../../../db/client';
import { upsertLeads, upsertLeadSchema, type UpsertLead } from '../../../../db/lead';
import { parseInput } from '../../../../db/field';
import { shownFor } from '../display';
import type { ItemParameters } from '../parameters';
import { additionalFields, requiredFields } from './fields';

export const description: INodeProperties[] = shownFor('lead', 'upsert', [
	...requiredFields,
	additionalFields,
]);

export const access = 'write';

export function read(parameters: ItemParameters): UpsertLead {
	return parseInput(upsertLeadSchema, {
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('email', 'firstName', 'lastName'),
	});
}

/** Creates a lead, or updates the one with the same e-mail address. Repeating it changes nothing more. */
export function execute(sql: Sql, leads: UpsertLead[]) {
	return upsertLeads(sql, leads);
}
