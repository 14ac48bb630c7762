import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { upsertLeads } from '../../../../db/lead/upsert';
import type { AsRead } from '../../../../domain/customField/checkedCustomFields';
import { type UpsertLead, upsertLeadSchema } from '../../../../domain/lead/input';
import { readLead } from '../../../../domain/lead/readLead';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';
import { columnsMapper, dataMode, forFields, isMapped, readMapped, withChanges } from './columnMapper';
import { additionalFields, expectedFields } from './fields';
import { readingOptions, readReadingOptions } from './readingOptions';

export { hint } from './hint';

export const description: INodeProperties[] = shownFor('lead', 'upsert', [
	dataMode,
	...expectedFields.map(forFields),
	forFields(additionalFields),
	columnsMapper('upsert'),
	readingOptions,
]);

export const access = 'write';
export const schema = upsertLeadSchema;

export function read(parameters: ItemParameters): AsRead<UpsertLead> {
	const options = readReadingOptions(parameters);
	if (isMapped(parameters)) return readLead(schema, { ...readMapped(parameters), ...options });
	return readLead(schema, {
		...options,
		...withChanges(parameters.fields('additionalFields', { keepNull: true })),
		...parameters.fieldsOf('email', 'firstName', 'lastName'),
	});
}

/** Creates a lead, or updates the one with the same e-mail address. Repeating it changes nothing more. */
export function execute(sql: Sql, leads: AsRead<UpsertLead>[]) {
	return upsertLeads(sql, leads);
}
