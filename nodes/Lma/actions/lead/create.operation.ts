import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { createLeads } from '../../../../db/lead/create';
import type { AsRead } from '../../../../domain/customField/checkedCustomFields';
import { type NewLead, newLeadSchema } from '../../../../domain/lead/input';
import { readLead } from '../../../../domain/lead/readLead';
import { shownFor } from '../shownFor';
import type { Fields, ItemParameters } from '../itemParameters';
import { columnsMapper, dataMode, forFields, isMapped, readMapped } from './columnMapper';
import { additionalFields, expectedFields } from './fields';
import { readingOptions, readReadingOptions } from './readingOptions';

export { hint } from './hint';

export const description: INodeProperties[] = shownFor('lead', 'create', [
	dataMode,
	...expectedFields.map(forFields),
	forFields(additionalFields),
	columnsMapper('create'),
	readingOptions,
]);

export const access = 'write';
export const schema = newLeadSchema;

export function read(parameters: ItemParameters): AsRead<NewLead> {
	const options = readReadingOptions(parameters);
	if (isMapped(parameters)) return readLead(schema, { ...withoutNulls(readMapped(parameters)), ...options });
	return readLead(schema, {
		...options,
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('email', 'firstName', 'lastName'),
	});
}

/** Creates one lead per input, even when another has the same e-mail address. */
export function execute(sql: Sql, leads: AsRead<NewLead>[]) {
	return createLeads(sql, leads);
}

/** A new lead has nothing to clear: null is as good as not given. */
function withoutNulls(fields: Fields): Fields {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
