import type { INodeProperties } from 'n8n-workflow';
import * as create from './create.operation';
import * as deleteNote from './delete.operation';
import * as getMany from './getMany.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	create,
	delete: deleteNote,
	getMany,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['note'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create a note',
				description: 'Add a note to a lead',
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete a note',
				description: 'Permanently delete a note',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many notes',
				description: 'Get the notes that match the filters',
			},
		],
		default: 'create',
		description: 'What to do',
	},
	...create.description,
	...deleteNote.description,
	...getMany.description,
];
