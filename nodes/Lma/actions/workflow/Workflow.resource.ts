import type { INodeProperties } from 'n8n-workflow';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as register from './register.operation';
import * as rename from './rename.operation';
import * as setActive from './setActive.operation';
import * as sync from './sync.operation';
import * as unregister from './unregister.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	get,
	getMany,
	register,
	rename,
	setActive,
	sync,
	unregister,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['workflow'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get a workflow',
				description: 'Get a workflow, its desired state and what n8n last reported',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many workflows',
				description: 'Get the workflows that match the filters',
			},
			{
				name: 'Register',
				value: 'register',
				action: 'Register a workflow',
				description: 'Store a workflow template, from which the worker then creates the workflow in n8n',
			},
			{
				name: 'Rename',
				value: 'rename',
				action: 'Rename a workflow',
				description: 'Give a registered workflow another name, which the worker then gives it in n8n, too',
			},
			{
				name: 'Set Active',
				value: 'setActive',
				action: 'Set whether a workflow is active',
				description: 'Set whether a workflow should be published in n8n',
			},
			{
				name: 'Sync',
				value: 'sync',
				action: 'Sync workflows with n8n',
				description: 'Ask the worker to compare with n8n and update it now',
			},
			{
				name: 'Unregister',
				value: 'unregister',
				action: 'Unregister a workflow',
				description: 'Look after a workflow no longer, and leave, archive or delete it in n8n',
			},
		],
		default: 'getMany',
		description: 'What to do',
	},
	...get.description,
	...getMany.description,
	...register.description,
	...rename.description,
	...setActive.description,
	...sync.description,
	...unregister.description,
];
