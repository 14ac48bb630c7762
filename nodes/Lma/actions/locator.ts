import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';

interface LocatorOptions {
	name: string;
	displayName: string;
	description: string;
	/** The method of `methods/listSearch.ts` that fills its list. */
	searchListMethod: string;
}

/** Chooses a user of the organization from a searchable list, by id or by e-mail address. */
export function userLocator(name: string, displayName: string, description: string): INodeProperties {
	return withAddress(locator({ name, displayName, description, searchListMethod: 'searchUsers' }));
}

/** Chooses a lead from a searchable list, by id or by e-mail address. */
export const leadLocator = withAddress(
	locator({
		name: 'leadId',
		displayName: 'Lead',
		description: 'The lead to work on: from the list, by its ID or by its e-mail address',
		searchListMethod: 'searchLeads',
	}),
);

/** Chooses a campaign from a searchable list or by id. */
export const campaignLocator = locator({
	name: 'campaignId',
	displayName: 'Campaign',
	description: 'The campaign to work on',
	searchListMethod: 'searchCampaigns',
});

/** Chooses a workflow that the organization has registered, from a searchable list or by its id in the database. */
export const workflowLocator = locator({
	name: 'workflowId',
	displayName: 'Workflow',
	description: 'The registered workflow to work on',
	searchListMethod: 'searchWorkflows',
});

/** Chooses a workflow that people have made in n8n and the worker has seen there; it is not registered yet. */
export const n8nWorkflowLocator = locator({
	name: 'workflowId',
	displayName: 'Workflow',
	description:
		'The workflow in n8n: those that the worker has seen there, and that are not registered yet. Its name there is the one that it is registered by.',
	searchListMethod: 'searchN8nWorkflows',
});

/**
 * A locator inside a collection such as `filters`, where it may stay empty. n8n does not take the id out of it there:
 * `convertField` does, so the schema of the field has to be that of an id.
 */
function inCollection(chosen: INodeProperties, displayName: string, description: string): INodeProperties {
	return { ...chosen, displayName, description, required: false, modes: chosen.modes?.map(orEmpty) };
}

/** The mode, without a complaint of the editor about what is left empty. */
function orEmpty(mode: INodePropertyMode): INodePropertyMode {
	const validation = mode.validation?.map((check) => {
		if (typeof check === 'function' || !('regex' in check.properties)) return check;
		return {
			...check,
			properties: { ...check.properties, regex: `^\\s*$|${String(check.properties.regex)}` },
		};
	});
	return validation ? { ...mode, validation } : mode;
}

/** Chooses a user inside a collection. */
export function userField(name: string, displayName: string, description: string): INodeProperties {
	return inCollection(userLocator(name, displayName, description), displayName, description);
}

/** Chooses a campaign inside a collection. */
export function campaignField(displayName: string, description: string): INodeProperties {
	return inCollection(campaignLocator, displayName, description);
}

function locator({ name, displayName, description, searchListMethod }: LocatorOptions): INodeProperties {
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

/**
 * The schema of the field has to say whose id it is. `AddressBook` then takes addresses in any mode: an expression or an
 * agent may give either.
 */
function withAddress(chosen: INodeProperties): INodeProperties {
	return {
		...chosen,
		modes: [
			...(chosen.modes ?? []),
			{
				displayName: 'By Email',
				name: 'email',
				type: 'string',
				placeholder: 'e.g. ada@example.com',
				validation: [
					{
						type: 'regex',
						properties: {
							// Also behind a name, or as a link: `readEmailAddress` says what is wrong with it.
							regex: '^.*\\S@\\S.*$',
							errorMessage: 'An e-mail address looks like name@example.com',
						},
					},
				],
			},
		],
	};
}
