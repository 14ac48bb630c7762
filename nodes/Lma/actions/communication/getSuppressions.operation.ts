import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import {
	listManySuppressions,
	type SuppressionFilter,
	suppressionFilterSchema,
} from '../../../../db/suppression/listMany';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import { listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { suppressionReasonOptions, typeOptions } from './fields';

const filters: INodeProperties[] = [
	{
		displayName: 'Lead ID',
		name: 'leadId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 42',
		description:
			'Only what keeps this lead from being contacted: its own entries, and those of its addresses',
	},
	{
		displayName: 'Of an Address',
		name: 'isOfAddress',
		type: 'boolean',
		default: true,
		description: 'Whether to give only entries of addresses; switched off, only those of leads',
	},
	{
		displayName: 'Reasons',
		name: 'reason',
		type: 'multiOptions',
		options: suppressionReasonOptions,
		default: [],
		description: 'Only entries for one of these reasons',
	},
	{
		displayName: 'Set After',
		name: 'createdAfter',
		type: 'dateTime',
		default: '',
		description: 'Only entries that were set at this time or later',
	},
	{
		displayName: 'Set Before',
		name: 'createdBefore',
		type: 'dateTime',
		default: '',
		description: 'Only entries that were set before this time',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'Bounce', value: 'bounce', description: 'A mail server has refused the address for good' },
			{ name: 'Person', value: 'person', description: 'Somebody has said so' },
		],
		default: 'person',
		description: 'Only entries that are known from there',
	},
	{
		displayName: 'Types',
		name: 'communicationType',
		type: 'multiOptions',
		options: typeOptions,
		default: [],
		description: 'Only entries for one of these types',
	},
];

export const description: INodeProperties[] = shownFor('communication', 'getSuppressions', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: filters,
		description: 'Conditions that an entry must meet; all of them apply',
	},
	optionsCollection([...pagingOptions, ifNothingMatched]),
]);

export const access = 'read';
export const absence = 'nothingMatched';
export const schema = suppressionFilterSchema;

export function read(parameters: ItemParameters): SuppressionFilter {
	const { reason, communicationType, ...others } = parameters.fields('filters');
	return readPaged(parameters, (page) =>
		parseInput(schema, {
			...others,
			reason: asLabels(reason),
			communicationType: asLabels(communicationType),
			...page,
		}),
	);
}

/** Lists who must not be contacted, newest first: leads, and addresses as the hashes that are stored. */
export function execute(sql: Sql, wanted: SuppressionFilter[]) {
	return listEach(wanted, (filter) => listManySuppressions(sql, filter));
}
