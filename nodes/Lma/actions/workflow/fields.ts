import type { INodeProperties } from 'n8n-workflow';

/** Adds the template of a workflow to its row. */
export const includeTemplate: INodeProperties = {
	displayName: 'Include Template',
	name: 'includeTemplate',
	type: 'boolean',
	default: false,
	description: 'Whether to add the template that the workflow was registered with, as the field template',
};
