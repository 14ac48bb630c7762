import type { INodeProperties } from 'n8n-workflow';

import { type CampaignFilter, campaignFilterSchema, listCampaigns } from '../../../../db/campaign/list';
import type { Sql } from '../../../../db/connection/client';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import { keepCursor, listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';
import { campaignStatusOptions } from './fields';

const filters: INodeProperties[] = [
	{
		displayName: 'Campaign Type',
		name: 'campaignType',
		type: 'string',
		default: '',
		description: 'Only campaigns of exactly this type',
	},
	{
		displayName: 'Runs On',
		name: 'runsOn',
		type: 'dateTime',
		default: '',
		description: 'Only campaigns that are running on this day: started by then, and not ended before it',
	},
	{
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		description: 'Only campaigns with this text in the name',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		options: campaignStatusOptions,
		default: [],
		description: 'Only campaigns with one of these statuses',
	},
];

const orderBy: INodeProperties = {
	displayName: 'Order By',
	name: 'orderBy',
	type: 'options',
	options: [
		{ name: 'Name', value: 'name' },
		{ name: 'Newest First', value: 'newest' },
		{
			name: 'Start Date',
			value: 'startDate',
			description: 'Earliest first; campaigns without a start date come last',
		},
	],
	default: 'newest',
	description: 'Order in which the campaigns are returned',
};

export const description: INodeProperties[] = shownFor('campaign', 'getMany', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: filters,
		description: 'Conditions that a campaign must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([...pagingOptions, ifNothingMatched, orderBy]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = campaignFilterSchema;

export function read(parameters: ItemParameters): CampaignFilter {
	const { status, ...others } = parameters.fields('filters');
	return readPaged(parameters, (page) =>
		parseInput(schema, {
			...others,
			status: asLabels(status),
			orderBy: parameters.fields('options').orderBy,
			...page,
		}),
	);
}

/** Lists campaigns of the organization. */
export function execute(sql: Sql, wanted: CampaignFilter[]) {
	return listEach(wanted, (filter) => listCampaigns(sql, filter));
}
