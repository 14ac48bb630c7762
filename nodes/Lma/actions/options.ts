import type { INodeProperties } from 'n8n-workflow';

/** The collection `options` of an operation, at the end of its parameters. */
export function optionsCollection(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options,
		description: 'Further options',
	};
}
