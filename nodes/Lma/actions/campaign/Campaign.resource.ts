import type { INodeProperties } from 'n8n-workflow';
import * as addLeads from './addLeads.operation';
import * as create from './create.operation';
import * as enrolLeads from './enrolLeads.operation';
import * as get from './get.operation';
import * as getLeads from './getLeads.operation';
import * as getMany from './getMany.operation';
import * as previewAudience from './previewAudience.operation';
import * as removeLeads from './removeLeads.operation';
import * as update from './update.operation';
import * as updateLead from './updateLead.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	addLeads,
	create,
	enrolLeads,
	get,
	getLeads,
	getMany,
	previewAudience,
	removeLeads,
	update,
	updateLead,
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
				name: 'Enrol Leads',
				value: 'enrolLeads',
				action: 'Enrol leads in a campaign',
				description:
					'Let the leads join an active campaign that meet its target criteria, at most so many a day; says whom it took, and why nobody else',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a campaign',
				description: 'Get one campaign by ID, with the number of its leads',
			},
			{
				name: 'Get Leads',
				value: 'getLeads',
				action: 'Get the leads of a campaign',
				description: 'Get the leads that are in a campaign, with the status that each has there',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many campaigns',
				description: 'Get the campaigns that match the filters',
			},
			{
				name: 'Preview Audience',
				value: 'previewAudience',
				action: 'Preview the audience of a campaign',
				description:
					'See how many leads target criteria mean, and whom Enrol Leads would take now, without changing anything',
			},
			{
				name: 'Remove Leads',
				value: 'removeLeads',
				action: 'Remove leads from a campaign',
				description:
					'Remove leads from a campaign by their IDs; the leads themselves are kept, and Enrol Leads does not bring them back',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update a campaign',
				description: 'Change fields of a campaign',
			},
			{
				name: 'Update Lead',
				value: 'updateLead',
				action: 'Update a lead in a campaign',
				description: 'Change the status that a lead has in a campaign',
			},
		],
		default: 'create',
		description: 'What to do',
	},
	...addLeads.description,
	...create.description,
	...enrolLeads.description,
	...get.description,
	...getLeads.description,
	...getMany.description,
	...previewAudience.description,
	...removeLeads.description,
	...update.description,
	...updateLead.description,
];
