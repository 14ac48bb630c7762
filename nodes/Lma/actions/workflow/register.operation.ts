import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { registerWorkflows } from '../../../../db/workflow/register';
import { parseInput } from '../../../../domain/input/parseInput';
import { type Registration, registrationSchema } from '../../../../domain/workflow/registration';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('workflow', 'register', [
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. Website Intake',
		description:
			'Name of the workflow in n8n, at most 128 characters. Registering the same name again replaces the template of that workflow.',
	},
	{
		displayName: 'Template',
		name: 'template',
		type: 'json',
		required: true,
		typeOptions: { rows: 8 },
		default: '',
		description:
			'The workflow as downloaded from n8n: JSON with nodes and connections, without secrets, at most 1,000,000 characters. Its LMA credentials must be mapped in the n8n connection.',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Active',
				name: 'isActive',
				type: 'boolean',
				default: true,
				description:
					'Whether to publish the workflow once it is created. When left out, a new one is not published and an existing one stays as it is.',
			},
			{
				displayName: 'Category',
				name: 'category',
				type: 'string',
				default: '',
				placeholder: 'e.g. intake',
				description: 'A word to find workflows by, at most 100 characters',
			},
			{
				displayName: 'Description',
				name: 'description',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				description: 'What the workflow is for, at most 10,000 characters',
			},
			{
				displayName: 'N8n Connection',
				name: 'integration',
				type: 'string',
				default: '',
				placeholder: 'e.g. production',
				description:
					'Name of the connected n8n instance to create the workflow in; needed only when there are several',
			},
			{
				displayName: 'Overwrite Edits',
				name: 'overwrite',
				type: 'boolean',
				default: true,
				description:
					'Whether to undo what was edited in n8n by hand: nodes, connections, settings and the name become those of the template again. When left out, edits stay and the state is edited.',
			},
		],
		description: 'Further fields of the workflow. Fields left empty are not set.',
	},
]);

export const access = 'write';
export const schema = registrationSchema;

export function read(parameters: ItemParameters): Registration {
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('name', 'template'),
	});
}

/** Stores templates as what n8n should have; the worker makes them there. Says `created`, `updated` or `unchanged`. */
export function execute(sql: Sql, registrations: Registration[]) {
	return registerWorkflows(sql, registrations);
}
