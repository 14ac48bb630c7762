import type { INodeProperties } from 'n8n-workflow';

import {
	type CommunicationFilter,
	communicationFilterSchema,
	listCommunications,
} from '../../../../db/communication/list';
import type { Sql } from '../../../../db/connection/client';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { userField } from '../locator';
import { optionsCollection } from '../options';
import { keepCursor, listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';
import { communicationStatusOptions, directionOptions, typeOptions } from './fields';

const filters: INodeProperties[] = [
	{
		displayName: 'Direction',
		name: 'direction',
		type: 'options',
		options: directionOptions,
		default: 'outbound',
		description: 'Only communications in this direction',
	},
	{
		displayName: 'Lead ID',
		name: 'leadId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 42',
		description: 'Only communications with this lead',
	},
	{
		displayName: 'Scheduled After',
		name: 'scheduledAfter',
		type: 'dateTime',
		default: '',
		description: 'Only communications scheduled for this time or later',
	},
	{
		displayName: 'Scheduled Before',
		name: 'scheduledBefore',
		type: 'dateTime',
		default: '',
		description: 'Only communications scheduled for a time before this one',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		options: communicationStatusOptions,
		default: [],
		description: 'Only communications with one of these statuses',
	},
	{
		displayName: 'Type',
		name: 'communicationType',
		type: 'multiOptions',
		options: typeOptions,
		default: [],
		description: 'Only communications of one of these types',
	},
	userField('userId', 'User Name or ID', 'Only communications of this user'),
];

export const description: INodeProperties[] = shownFor('communication', 'getMany', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: filters,
		description: 'Conditions that a communication must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([...pagingOptions, ifNothingMatched]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = communicationFilterSchema;

export function read(parameters: ItemParameters): CommunicationFilter {
	const { status, communicationType, ...others } = parameters.fields('filters');
	return readPaged(parameters, (page) =>
		parseInput(schema, {
			...others,
			status: asLabels(status),
			communicationType: asLabels(communicationType),
			...page,
		}),
	);
}

/** Lists communications, newest first. */
export function execute(sql: Sql, wanted: CommunicationFilter[]) {
	return listEach(wanted, (filter) => listCommunications(sql, filter));
}
