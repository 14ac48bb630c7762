import type { INodeProperties } from 'n8n-workflow';
import * as addLeads from './addLeads.operation';
import * as create from './create.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as removeLeads from './removeLeads.operation';
import * as update from './update.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	addLeads,
	create,
	get,
	getMany,
	removeLeads,
	update,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['campaign'] } },
		options: [
			{
				name: 'Add Leads',
				value: 'addLeads',
				action: 'Add leads to a campaign',
				description: 'Add leads to a campaign; a lead that is already in it is not an error',
			},
			{
				name: 'Create',
				value: 'create',
				action: 'Create a campaign',
				description: 'Create a new campaign',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a campaign',
				description: 'Get one campaign by ID, with the number of its leads',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many campaigns',
				description: 'Get the campaigns that match the filters',
			},
			{
				name: 'Remove Leads',
				value: 'removeLeads',
				action: 'Remove leads from a campaign',
				description: 'Remove leads from a campaign by their IDs; the leads themselves are kept',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update a campaign',
				description: 'Change fields of a campaign',
			},
		],
		default: 'create',
		description: 'What to do',
	},
	...addLeads.description,
	...create.description,
	...get.description,
	...getMany.description,
	...removeLeads.description,
	...update.description,
];
