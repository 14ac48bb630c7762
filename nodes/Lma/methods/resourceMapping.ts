import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';

import { listCustomFields } from '../../../db/customField/customField';
import { getPipeline } from '../../../db/pipeline/pipeline';
import { PIPELINE_KINDS } from '../../../domain/pipeline/pipeline';
import { mapperFields, type MappingOperation } from '../actions/lead/columnMapper';
import { inCredentialsOrganization } from './listSearch';
import { toOptions } from './pipelineOptions';

const OPERATIONS: readonly unknown[] = ['create', 'update', 'upsert'] satisfies MappingOperation[];

/** The columns of a lead and the custom fields that the organization has at this moment. */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const operation: unknown = this.getNodeParameter('operation', 'create');
	const used = JSON.stringify(this.getCurrentNodeParameters() ?? {});
	const { customFields, pipeline } = await inCredentialsOrganization(this, async (sql) => ({
		customFields: await listCustomFields(sql),
		pipeline: await getPipeline(sql),
	}));
	const columns = mapperFields(isMapping(operation) ? operation : 'create', customFields);
	const fields = columns.map((column) => {
		const kind = PIPELINE_KINDS.find((known) => known === column.id);
		return kind ? { ...column, options: toOptions(pipeline, kind, used) } : column;
	});
	return { fields };
}

function isMapping(operation: unknown): operation is MappingOperation {
	return OPERATIONS.includes(operation);
}
