import type { INodeProperties } from 'n8n-workflow';
import * as get from './get.operation';
import * as getMany from './getMany.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	get,
	getMany,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['user'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get a user',
				description: 'Get one user by ID',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many users',
				description: 'Get the users of the organization',
			},
		],
		default: 'getMany',
		description: 'What to do',
	},
	...get.description,
	...getMany.description,
];
