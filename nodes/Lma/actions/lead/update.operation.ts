import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { updateLeads } from '../../../../db/lead/update';
import type { AsRead } from '../../../../domain/customField/checkedCustomFields';
import { type LeadPatch, leadPatchSchema } from '../../../../domain/lead/input';
import { readLead } from '../../../../domain/lead/readLead';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import type { ItemParameters } from '../itemParameters';
import { columnsMapper, dataMode, forFields, isMapped, readMapped, withChanges } from './columnMapper';
import { updateFields } from './fields';
import { readingOptions, readReadingOptions } from './readingOptions';

export { hint } from './hint';

export const description: INodeProperties[] = shownFor('lead', 'update', [
	leadLocator,
	dataMode,
	forFields(updateFields),
	columnsMapper('update'),
	readingOptions,
]);

export const access = 'write';
export const schema = leadPatchSchema;

export function read(parameters: ItemParameters): AsRead<LeadPatch> {
	return readLead(schema, {
		...readReadingOptions(parameters),
		...(isMapped(parameters)
			? readMapped(parameters)
			: withChanges(parameters.fields('updateFields', { keepNull: true }))),
		id: parameters.id('leadId'),
	});
}

/** Changes the fields that are given. Empty ones stay as they are, null clears. */
export function execute(sql: Sql, patches: AsRead<LeadPatch>[]) {
	return updateLeads(sql, patches);
}
