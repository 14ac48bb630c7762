import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { unregisterWorkflows } from '../../../../db/workflow/unregister';
import { parseInput } from '../../../../domain/input/parseInput';
import { type Unregistration, unregistrationSchema } from '../../../../domain/workflow/removal';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { workflowLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('workflow', 'unregister', [
	workflowLocator,
	{
		displayName: 'In N8n',
		name: 'inN8n',
		type: 'options',
		options: [
			{
				name: 'Archive',
				value: 'archive',
				description: 'The worker unpublishes and archives it, and people can bring it back',
			},
			{
				name: 'Delete',
				value: 'delete',
				description: 'The worker deletes it with its executions, for good',
			},
			{
				name: 'Keep',
				value: 'keep',
				description: 'It stays as it is, published or not, and is only followed from now on',
			},
		],
		default: 'keep',
		description:
			'What becomes of the workflow in n8n. Archiving and deleting need the scope workflow:delete of the API key.',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = unregistrationSchema;

export function read(parameters: ItemParameters): Unregistration {
	return parseInput(schema, {
		workflowId: parameters.id('workflowId'),
		...parameters.fieldsOf('inN8n'),
	});
}

/** Ends registrations. Says `released`, `requested`, `removed` or `unchanged`, with the row as it is or was. */
export function execute(sql: Sql, unregistrations: Unregistration[]) {
	return unregisterWorkflows(sql, unregistrations);
}
