import type { INodeProperties } from 'n8n-workflow';

import { campaignField, userField } from '../locator';
import { sourceChoice, statusChoice, temperatureChoice } from './choices';
import { customFieldConditions } from './customFieldFilter';

/** Conditions that a list of leads may have. */
export const filters: INodeProperties[] = [
	userField('assignedToId', 'Assigned To Name or ID', 'Only leads that this user owns'),
	campaignField('Campaign', 'Only leads that are in this campaign'),
	{
		displayName: 'Campaign Member Status',
		name: 'membershipStatuses',
		type: 'string',
		default: '',
		placeholder: 'e.g. active, responded',
		description:
			'Only leads with one of these statuses in the campaign, or in any campaign when none is chosen: a list, or text with the statuses separated by commas',
	},
	{
		displayName: 'Contact',
		name: 'neverContacted',
		type: 'options',
		options: [
			{ name: 'Contacted', value: false },
			{ name: 'Never Contacted', value: true },
		],
		default: true,
		description: 'Whether to return only leads that were never contacted, or only those that were',
	},
	{
		displayName: 'Contacted After',
		name: 'contactedAfter',
		type: 'dateTime',
		default: '',
		description: 'Only leads last contacted at this time or later',
	},
	{
		displayName: 'Contacted Before',
		name: 'contactedBefore',
		type: 'dateTime',
		default: '',
		description:
			'Only leads last contacted before this time. Leads that were never contacted are not included.',
	},
	{
		displayName: 'Created After',
		name: 'createdAfter',
		type: 'dateTime',
		default: '',
		description: 'Only leads created at this time or later',
	},
	{
		displayName: 'Created Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
		description: 'Only leads created before this time',
	},
	customFieldConditions,
	{
		displayName: 'Custom Fields',
		name: 'customFields',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "industry": "retail" }',
		description:
			'Only leads whose custom fields include these values, compared by the type that each is registered with',
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		placeholder: 'name@email.com',
		default: '',
		description: 'Only leads with exactly this address. Letter case does not matter.',
	},
	{
		displayName: 'Lead IDs',
		name: 'ids',
		type: 'string',
		default: '',
		placeholder: 'e.g. 42, 43',
		description:
			'Only the leads with these IDs: a list, or text with the IDs separated by commas. Those that do not exist are not included. At most 10,000.',
	},
	{
		displayName: 'Lead Temperature',
		name: 'leadTemperature',
		type: 'multiOptions',
		...temperatureChoice,
		default: [],
		description: 'Only leads of one of these temperatures',
	},
	{
		displayName: 'Max Score',
		name: 'maxScore',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 100,
		description: 'Only leads with this score or lower',
	},
	{
		displayName: 'Min Score',
		name: 'minScore',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 0,
		description: 'Only leads with this score or higher',
	},
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		description:
			'Only leads with these words, or words that begin with them, in the name, company, job title or address',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'multiOptions',
		...sourceChoice,
		default: [],
		description: 'Only leads from one of these sources',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		...statusChoice,
		default: [],
		description: 'Only leads in one of these stages of the pipeline',
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. vip, trade fair',
		description: 'Only leads with all of these tags: a list, or text with the tags separated by commas',
	},
	{
		displayName: 'Unassigned',
		name: 'unassigned',
		type: 'boolean',
		default: true,
		description: 'Whether to return only leads without an owner',
	},
	{
		displayName: 'Updated After',
		name: 'updatedAfter',
		type: 'dateTime',
		default: '',
		description: 'Only leads changed at this time or later',
	},
	{
		displayName: 'Updated Before',
		name: 'updatedBefore',
		type: 'dateTime',
		default: '',
		description: 'Only leads last changed before this time',
	},
];

/** Whether all conditions apply, or one of them. */
export const matching: INodeProperties = {
	displayName: 'Match',
	name: 'match',
	type: 'options',
	options: [
		{ name: 'All Filters', value: 'all', description: 'Leads that meet every filter' },
		{
			name: 'Any Filter',
			value: 'any',
			description:
				'Leads that meet at least one filter. Both ends of a range are one filter, and so are a campaign and the status in it.',
		},
	],
	default: 'all',
	description: 'Whether leads have to meet all filters or one of them',
};

/** The order of a list of leads. */
export const sorting: INodeProperties[] = [
	{
		displayName: 'Sort By',
		name: 'sortBy',
		type: 'options',
		options: [
			{ name: 'Created', value: 'created', description: 'When the lead was created' },
			{
				name: 'Last Contacted',
				value: 'lastContacted',
				description: 'When the lead was last contacted; leads never contacted count as longest ago',
			},
			{ name: 'Name', value: 'name', description: 'Last name, then first name' },
			{ name: 'Score', value: 'score', description: 'Score from 0 to 100' },
			{ name: 'Updated', value: 'updated', description: 'When the lead was last changed' },
		],
		default: 'created',
		description: 'What to sort the leads by',
	},
	{
		displayName: 'Sort Direction',
		name: 'sortDirection',
		type: 'options',
		options: [
			{ name: 'Ascending', value: 'asc', description: 'Oldest, lowest or A first' },
			{ name: 'Descending', value: 'desc', description: 'Newest, highest or Z first' },
		],
		default: 'desc',
		description: 'Order of the results',
	},
];
