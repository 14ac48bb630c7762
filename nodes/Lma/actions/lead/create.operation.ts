import type { INodeProperties } from 'n8n-workflow';
import type { Sql } from '../../../../db/client';
import { createLeads, newLeadSchema, type NewLead } from '../../../../db/lead';
import { parseInput } from '../../../../db/field';
import { shownFor } from '../display';
import type { ItemParameters } from '../parameters';
import { additionalFields, requiredFields } from './fields';

export const description: INodeProperties[] = shownFor('lead', 'create', [
	...requiredFields,
	additionalFields,
]);

export const access = 'write';

export function read(parameters: ItemParameters): NewLead {
	return parseInput(newLeadSchema, {
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('email', 'firstName', 'lastName'),
	});
}

/** Creates one lead per input, even when another has the same e-mail address. */
export function execute(sql: Sql, leads: NewLead[]) {
	return createLeads(sql, leads);
}
