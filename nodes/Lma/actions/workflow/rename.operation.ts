import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { renameWorkflows } from '../../../../db/workflow/rename';
import { parseInput } from '../../../../domain/input/parseInput';
import { type Renaming, renamingSchema } from '../../../../domain/workflow/registration';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { workflowLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('workflow', 'rename', [
	workflowLocator,
	{
		displayName: 'New Name',
		name: 'name',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. Website Intake',
		description:
			'Name of the workflow in n8n, at most 128 characters, and from now on the one to register it again by. No other workflow of the same n8n may have it.',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = renamingSchema;

export function read(parameters: ItemParameters): Renaming {
	return parseInput(schema, {
		workflowId: parameters.id('workflowId'),
		...parameters.fieldsOf('name'),
	});
}

/** Gives workflows other names; the worker gives them in n8n. Says `updated` or `unchanged`. */
export function execute(sql: Sql, renamings: Renaming[]) {
	return renameWorkflows(sql, renamings);
}
