import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { type RegisteredWorkflow, registerWorkflows } from '../../../../db/workflow/register';
import { parseInput } from '../../../../domain/input/parseInput';
import { takeInHand } from '../../../../db/workflow/takeInHand';
import { ValidationError } from '../../../../domain/error/errors';
import type { ItemResult } from '../../../../domain/itemResult';
import {
	type Registration,
	registrationSchema,
	type Taking,
	takingSchema,
} from '../../../../domain/workflow/registration';
import { n8nWorkflowLocator } from '../locator';
import { shownFor } from '../shownFor';
import type { ItemParameters } from '../itemParameters';

const ofTemplate = { show: { source: ['template'] } };

export const description: INodeProperties[] = shownFor('workflow', 'register', [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Existing Workflow',
				value: 'existing',
				description:
					'A workflow that people have made in n8n: what it has there becomes its template, and nothing is changed',
			},
			{
				name: 'Template',
				value: 'template',
				description: 'The JSON of a workflow, from which the worker creates it in n8n',
			},
		],
		default: 'template',
		description: 'Where the workflow comes from',
	},
	{
		...n8nWorkflowLocator,
		displayOptions: { show: { source: ['existing'] } },
	},
	{
		displayName: 'Name',
		displayOptions: ofTemplate,
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
		displayOptions: ofTemplate,
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
				displayOptions: { show: { '/source': ['template'] } },
				type: 'string',
				default: '',
				placeholder: 'e.g. production',
				description:
					'Name of the connected n8n instance to create the workflow in; needed only when there are several',
			},
			{
				displayName: 'Overwrite Edits',
				name: 'overwrite',
				displayOptions: { show: { '/source': ['template'] } },
				type: 'boolean',
				default: true,
				description:
					'Whether to undo what was edited in n8n by hand: nodes, connections, settings and the name become those of the template again. It also replaces a workflow of this name that people have made. When left out, edits stay and the state is edited.',
			},
		],
		description: 'Further fields of the workflow. Fields left empty are not set.',
	},
]);

export const access = 'write';
export const schema = registrationSchema;

/** A template to register, or a workflow in n8n to take in hand. */
type Wanted = { registration: Registration } | { taking: Taking };

export function read(parameters: ItemParameters): Wanted {
	const source = parameters.field('source') ?? 'template';
	const others = parameters.fields('additionalFields');
	if (source === 'template') {
		return { registration: parseInput(schema, { ...others, ...parameters.fieldsOf('name', 'template') }) };
	}
	if (source === 'existing') {
		return { taking: parseInput(takingSchema, { ...others, workflowId: parameters.id('workflowId') }) };
	}
	throw new ValidationError('source', 'source must be template or existing', 'Choose it from the list.');
}

/**
 * Stores templates as what n8n should have, which the worker makes there, and takes workflows that are there in hand. Says
 * `created`, `updated`, `unchanged` or `taken`.
 */
export async function execute(sql: Sql, wanted: Wanted[]): Promise<ItemResult<RegisteredWorkflow>[]> {
	const registrations = wanted.flatMap((item) => ('registration' in item ? item.registration : []));
	const takings = wanted.flatMap((item) => ('taking' in item ? item.taking : []));
	const registered = registrations.length > 0 ? await registerWorkflows(sql, registrations) : [];
	const taken = takings.length > 0 ? await takeInHand(sql, takings) : [];
	return wanted.flatMap((item) => ('registration' in item ? registered : taken).shift() ?? []);
}
