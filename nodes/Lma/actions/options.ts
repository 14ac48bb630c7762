import type { INodeProperties } from 'n8n-workflow';

/** The collection `options` of an operation, at the end of its parameters; by name, as people look for them. */
export function optionsCollection(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: options.toSorted((a, b) => a.displayName.localeCompare(b.displayName, 'en')),
		description: 'Further options',
	};
}
