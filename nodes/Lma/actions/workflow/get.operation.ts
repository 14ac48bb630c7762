import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { findWorkflows, type WorkflowWithTemplate } from '../../../../db/workflow/list';
import type { ItemResult } from '../../../../domain/itemResult';
import type { Workflow } from '../../../../domain/workflow/workflow';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { workflowLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { includeTemplate } from './fields';

export { simplify } from './simplify';

export const description: INodeProperties[] = shownFor('workflow', 'get', [
	workflowLocator,
	simplifyDescription,
	optionsCollection([ifNotFound, includeTemplate]),
]);

export const access = 'read';
export const absence = 'notFound';

interface Wanted {
	workflowId: number;
	includeTemplate: boolean;
}

export function read(parameters: ItemParameters): Wanted {
	return {
		workflowId: parameters.id('workflowId'),
		includeTemplate: parameters.fields('options').includeTemplate === true,
	};
}

/** Gets one workflow per input, with what is wanted of it and what n8n last said. */
export async function execute(sql: Sql, wanted: Wanted[]): Promise<ItemResult<WorkflowWithTemplate>[]> {
	const found = await findWorkflows(
		sql,
		wanted.map(({ workflowId }) => workflowId),
		{ includeTemplate: wanted.some((item) => item.includeTemplate) },
	);
	return found.map((result, position) =>
		result.row && !wanted[position]?.includeTemplate ? { row: withoutTemplate(result.row) } : result,
	);
}

/** Another item has asked for templates. */
function withoutTemplate(row: WorkflowWithTemplate | Workflow): Workflow {
	const { template: _template, ...others } = { template: null, ...row };
	return others;
}
