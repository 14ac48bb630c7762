import type { INodeProperties } from 'n8n-workflow';
import { typeOptions } from '../Lma/actions/communication/fields';
import { statusChoice, temperatureChoice } from '../Lma/actions/lead/choices';

/** The parameter *Filters* of the trigger. */
export const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Conditions that an event must meet to start the workflow; all of them apply',
	options: [
		{
			displayName: 'Campaign Names or IDs',
			name: 'campaignIds',
			type: 'multiOptions',
			description:
				'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			typeOptions: { loadOptionsMethod: 'getCampaigns' },
			default: [],
		},
		{
			displayName: 'Communication Types',
			name: 'communicationTypes',
			type: 'multiOptions',
			options: typeOptions,
			default: [],
			description: 'Only communications of these types; events about leads are not affected',
		},
		{
			displayName: 'Minimum Score',
			name: 'minScore',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			description: 'Only events of leads with at least this score, 0 to 100',
		},
		{
			displayName: 'Owner Names or IDs',
			name: 'ownerIds',
			type: 'multiOptions',
			description:
				'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			typeOptions: { loadOptionsMethod: 'getUsers' },
			default: [],
		},
		{
			displayName: 'Statuses',
			name: 'statuses',
			type: 'multiOptions',
			...statusChoice,
			default: [],
			description: 'Only events of leads with one of these pipeline statuses',
		},
		{
			displayName: 'Temperatures',
			name: 'temperatures',
			type: 'multiOptions',
			...temperatureChoice,
			default: [],
			description: 'Only events of leads of one of these temperatures',
		},
	],
};
