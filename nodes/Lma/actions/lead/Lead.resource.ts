import type { INodeProperties } from 'n8n-workflow';
import * as assign from './assign.operation';
import * as changeStatus from './changeStatus.operation';
import * as create from './create.operation';
import * as deleteLead from './delete.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as importFile from './importFile.operation';
import * as merge from './merge.operation';
import * as score from './score.operation';
import * as tag from './tag.operation';
import * as timeline from './timeline.operation';
import * as update from './update.operation';
import * as upsert from './upsert.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	assign,
	changeStatus,
	create,
	delete: deleteLead,
	get,
	getMany,
	importFile,
	merge,
	score,
	tag,
	timeline,
	update,
	upsert,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['lead'] } },
		options: [
			{
				name: 'Assign',
				value: 'assign',
				action: 'Assign a lead',
				description:
					'Give the lead an owner: a user of your choice, the next in turn, or the one with the fewest open leads',
			},
			{
				name: 'Change Status',
				value: 'changeStatus',
				action: 'Change the status of a lead',
				description: 'Move the lead to another stage of the pipeline',
			},
			{
				name: 'Create',
				value: 'create',
				action: 'Create a lead',
				description: 'Create a new lead',
			},
			{
				name: 'Create or Update',
				value: 'upsert',
				action: 'Create or update a lead',
				description: 'Create a new record, or update the current one if it already exists (upsert)',
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete a lead',
				description: 'Permanently delete the lead with its communications and notes',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a lead',
				description: 'Get one lead by its ID',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many leads',
				description: 'Get the leads that match the filters',
			},
			{
				name: 'Import File',
				value: 'importFile',
				action: 'Import a file of leads',
				description:
					'Create or update leads from a CSV file: encoding, delimiter and columns are found out, wrong rows are given back',
			},
			{
				name: 'Merge',
				value: 'merge',
				action: 'Merge leads',
				description: 'Merge duplicates into one lead with all their history, preview a merge, or undo one',
			},
			{
				name: 'Score',
				value: 'score',
				action: 'Score a lead',
				description: 'Calculate score and temperature from the rules of the organization',
			},
			{
				name: 'Tag',
				value: 'tag',
				action: 'Tag a lead',
				description: 'Add tags to a lead, remove some, or replace them all',
			},
			{
				name: 'Timeline',
				value: 'timeline',
				action: 'Get the timeline of a lead',
				description: 'Get what happened to a lead: changes, communications, notes and campaigns',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update a lead',
				description: 'Change fields of a lead',
			},
		],
		default: 'create',
		description: 'What to do',
	},
	...assign.description,
	...changeStatus.description,
	...create.description,
	...deleteLead.description,
	...get.description,
	...getMany.description,
	...importFile.description,
	...merge.description,
	...score.description,
	...tag.description,
	...timeline.description,
	...update.description,
	...upsert.description,
];
