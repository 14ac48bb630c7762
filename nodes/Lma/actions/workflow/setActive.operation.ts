import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { type Activation, activationSchema, setWorkflowsActive } from '../../../../db/workflow/setActive';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { workflowLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('workflow', 'setActive', [
	workflowLocator,
	{
		displayName: 'Active',
		name: 'isActive',
		type: 'boolean',
		default: true,
		description:
			'Whether the workflow should be published in n8n, where its triggers then run. It also undoes publishing and unpublishing by hand.',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = activationSchema;

export function read(parameters: ItemParameters): Activation {
	return parseInput(schema, {
		workflowId: parameters.id('workflowId'),
		...parameters.fieldsOf('isActive'),
	});
}

/** Says whether workflows should be published. The row has what is wanted and what n8n last said. */
export function execute(sql: Sql, activations: Activation[]) {
	return setWorkflowsActive(sql, activations);
}
