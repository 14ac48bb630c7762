import type { INodeProperties } from 'n8n-workflow';

import { checkSends } from '../../../../db/communication/checkSend';
import type { Sql } from '../../../../db/connection/client';
import { parseInput } from '../../../../domain/input/parseInput';
import { type SendCheck, sendCheckSchema } from '../../../../domain/outreach/sendRules';
import { shownFor } from '../display';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../parameters';
import { communicationType } from './fields';

const options: INodeProperties[] = [
	{
		displayName: 'Allow Closed',
		name: 'allowClosed',
		type: 'boolean',
		default: false,
		description: 'Whether leads that are won or lost may be contacted, too',
	},
	{
		displayName: 'Count Only This Type',
		name: 'countOnlyType',
		type: 'boolean',
		default: false,
		description: 'Whether only communications of the same type count for Max Communications',
	},
	{
		displayName: 'Max Communications',
		name: 'maxCommunications',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 50 },
		default: 3,
		description: 'How often a lead may be contacted within Period (Days), this time included',
	},
	{
		displayName: 'Period (Days)',
		name: 'periodDays',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 365 },
		default: 7,
		description: 'The days that Max Communications is about, counted back from the moment of sending',
	},
	{
		displayName: 'Replied Since',
		name: 'repliedSince',
		type: 'dateTime',
		default: '',
		description: 'Block when the lead has written or called since then, such as since the first message',
	},
	{
		displayName: 'Replied Within (Days)',
		name: 'repliedWithinDays',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3650 },
		default: 30,
		description:
			'Block when the lead has written or called within this many days. Replied Since stands above it.',
	},
	{
		displayName: 'Send At',
		name: 'sendAt',
		type: 'dateTime',
		default: '',
		description: 'The moment to decide about. Left empty, it is now.',
	},
	{
		displayName: 'Send From',
		name: 'sendFrom',
		type: 'string',
		default: '09:00',
		placeholder: 'e.g. 09:00',
		description: 'When the time to send begins each day; before it are quiet hours',
	},
	{
		displayName: 'Send Until',
		name: 'sendUntil',
		type: 'string',
		default: '18:00',
		placeholder: 'e.g. 18:00',
		description: 'When the time to send ends; a time before Send From is on the next day',
	},
	{
		displayName: 'Time Zone',
		name: 'timezone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Vienna',
		description:
			"Time zone of leads that have none in their custom field timezone. Left empty, it is the organization's, else the workflow's.",
	},
	{
		displayName: 'Weekdays',
		name: 'weekdays',
		type: 'multiOptions',
		options: [
			{ name: '1 Monday', value: 1 },
			{ name: '2 Tuesday', value: 2 },
			{ name: '3 Wednesday', value: 3 },
			{ name: '4 Thursday', value: 4 },
			{ name: '5 Friday', value: 5 },
			{ name: '6 Saturday', value: 6 },
			{ name: '7 Sunday', value: 7 },
		],
		default: [1, 2, 3, 4, 5],
		description: 'Days on which to send; a window over midnight belongs to the day on which it begins',
	},
];

export const description: INodeProperties[] = shownFor('communication', 'checkSend', [
	leadLocator,
	communicationType,
	optionsCollection(options),
]);

export const access = 'read';
export const schema = sendCheckSchema;

export function read(parameters: ItemParameters): SendCheck {
	const { weekdays, ...others } = parameters.fields('options');
	return parseInput(schema, {
		...others,
		weekdays: Array.isArray(weekdays) && weekdays.length === 0 ? undefined : weekdays,
		leadId: parameters.id('leadId'),
		...parameters.fieldsOf('communicationType'),
		fallbackTimezone: parameters.timezone,
	});
}

/** Says for each lead whether it may be contacted: `allow`, `defer` with a time, or `block`, and why. Sends nothing. */
export function execute(sql: Sql, checks: SendCheck[]) {
	return checkSends(sql, checks);
}
