import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { listWorkflows, type WorkflowFilter, workflowFilterSchema } from '../../../../db/workflow/list';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import { keepCursor, listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';
import { includeTemplate } from './fields';

export const description: INodeProperties[] = shownFor('workflow', 'getMany', [
	...pagingDescription,
	simplifyDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Active',
				name: 'isActive',
				type: 'boolean',
				default: true,
				description: 'Whether to return workflows that are published in n8n or those that are not',
			},
			{
				displayName: 'Category',
				name: 'category',
				type: 'string',
				default: '',
				description: 'Only workflows in this category',
			},
			{
				displayName: 'N8n Connection',
				name: 'integration',
				type: 'string',
				default: '',
				description: 'Only workflows of the n8n instance connected under this name',
			},
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				description: 'Only workflows with this text in the name',
			},
			{
				displayName: 'State',
				name: 'state',
				type: 'multiOptions',
				options: [
					{
						name: 'Changing',
						value: 'changing',
						description: 'Should be published but is not yet, or the other way round',
					},
					{
						name: 'Edited',
						value: 'edited',
						description: 'Was changed in n8n by hand and is left so; the field problem says what',
					},
					{
						name: 'Failed',
						value: 'failed',
						description:
							'Could not be brought to the desired state, or uses what belongs to another organization; the field problem says why',
					},
					{ name: 'Followed', value: 'followed', description: 'Found in n8n; has no desired state here' },
					{ name: 'In Step', value: 'inStep', description: 'Is in n8n as desired' },
					{ name: 'Missing', value: 'missing', description: 'Is no longer in n8n' },
					{ name: 'Pending', value: 'pending', description: 'Registered, but not in n8n yet' },
				],
				default: [],
				description: 'Only workflows in one of these states',
			},
			{
				displayName: 'Trigger Type',
				name: 'triggerType',
				type: 'string',
				default: '',
				placeholder: 'e.g. webhook',
				description: 'Only workflows whose first trigger is of this type, such as webhook, schedule or lma',
			},
		],
		description: 'Conditions that a workflow must meet; all of them apply',
	},
	optionsCollection([...pagingOptions, ifNothingMatched, includeTemplate]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = workflowFilterSchema;

export function read(parameters: ItemParameters): WorkflowFilter {
	const { state, ...others } = parameters.fields('filters');
	const isFull = parameters.fields('options').includeTemplate === true;
	return readPaged(parameters, (page) =>
		parseInput(schema, {
			...others,
			state: asLabels(state),
			includeTemplate: isFull,
			...page,
		}),
	);
}

/** Lists the workflows of the organization by name. */
export function execute(sql: Sql, wanted: WorkflowFilter[]) {
	return listEach(wanted, (filter) => listWorkflows(sql, filter));
}
