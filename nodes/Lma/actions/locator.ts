import type { INodeProperties } from 'n8n-workflow';

/** Chooses a user of the organization from a searchable list or by id. */
export function userLocator(name: string, displayName: string, description: string): INodeProperties {
	return locator(name, displayName, description, 'searchUsers');
}

/** Chooses a lead from a searchable list or by id. */
export const leadLocator = locator('leadId', 'Lead', 'The lead to work on', 'searchLeads');

function locator(
	name: string,
	displayName: string,
	description: string,
	searchListMethod: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select…',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 42',
				validation: [
					{
						type: 'regex',
						properties: {
							regex: '^\\s*[0-9]+\\s*$',
							errorMessage: 'An ID is a whole number, such as 42',
						},
					},
				],
			},
		],
		description,
	};
}

/** Chooses a user inside a collection, where n8n has no room for a locator. */
export function userField(name: string, displayName: string, purpose: string): INodeProperties {
	return {
		displayName,
		name,
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getUsers' },
		default: '',
		description: `${purpose}. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
	};
}
