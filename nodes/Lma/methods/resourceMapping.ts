import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { listCustomFields } from '../../../db/customField/customField';
import { mapperFields, type MappingOperation } from '../actions/lead/columnMapper';
import { inCredentialsOrganization } from './listSearch';

const OPERATIONS: readonly unknown[] = ['create', 'update', 'upsert'] satisfies MappingOperation[];

/** The columns of a lead and the custom fields that the organization has at this moment. */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const operation: unknown = this.getNodeParameter('operation', 'create');
	const customFields = await inCredentialsOrganization(this, (sql) => listCustomFields(sql));
	return { fields: mapperFields(isMapping(operation) ? operation : 'create', customFields) };
}

function isMapping(operation: unknown): operation is MappingOperation {
	return OPERATIONS.includes(operation);
}
