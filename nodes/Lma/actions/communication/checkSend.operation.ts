import type { INodeProperties } from 'n8n-workflow';

import { checkSends } from '../../../../db/communication/checkSend';
import type { Sql } from '../../../../db/connection/client';
import { parseInput } from '../../../../domain/input/parseInput';
import { type SendCheck, sendCheckSchema } from '../../../../domain/outreach/sendRules';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { communicationType } from './fields';

const options: INodeProperties[] = [
	{
		displayName: 'Allow Closed',
		name: 'allowClosed',
		type: 'boolean',
		default: false,
		description:
			'Whether leads that are won or lost may also be contacted. Left out, it is as the organization has it, else off for e-mails and texts.',
	},
	{
		displayName: 'Allow Replied',
		name: 'allowReplied',
		type: 'boolean',
		default: false,
		description:
			'Whether leads that have replied to the last message may also be contacted. Left out, it is as the organization has it, else off for e-mails and texts.',
	},
	{
		displayName: 'Count Only This Type',
		name: 'countOnlyType',
		type: 'boolean',
		default: false,
		description: 'Whether only communications of the same type count towards Max Communications',
	},
	{
		displayName: 'Max Communications',
		name: 'maxCommunications',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 50 },
		default: 3,
		description:
			'How many times a lead may be contacted within any Period (Days), including this time and what is scheduled before and after it',
	},
	{
		displayName: 'Period (Days)',
		name: 'periodDays',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 365 },
		default: 7,
		description: 'Number of days that Max Communications applies to, wherever they begin',
	},
	{
		displayName: 'Replied Since',
		name: 'repliedSince',
		type: 'dateTime',
		default: '',
		description:
			'Block when the lead has written or called since this time, for example since the first message',
	},
	{
		displayName: 'Replied Within (Days)',
		name: 'repliedWithinDays',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3650 },
		default: 30,
		description:
			'Block when the lead has written or called within this many days. Replied Since takes precedence over it.',
	},
	{
		displayName: 'Send At',
		name: 'sendAt',
		type: 'dateTime',
		default: '',
		description: 'The time of sending to decide about. Defaults to now.',
	},
	{
		displayName: 'Send From',
		name: 'sendFrom',
		type: 'string',
		default: '09:00',
		placeholder: 'e.g. 09:00',
		description: 'Time of day from which to send; quiet hours end then',
	},
	{
		displayName: 'Send Until',
		name: 'sendUntil',
		type: 'string',
		default: '18:00',
		placeholder: 'e.g. 18:00',
		description: 'Time of day until which to send; a time before Send From is on the next day',
	},
	{
		displayName: 'Time Zone',
		name: 'timezone',
		type: 'string',
		default: '',
		placeholder: 'e.g. Europe/Vienna',
		description:
			"Time zone for leads without one in their custom field timezone. Defaults to the organization's; else the workflow's for hours named here, and UTC for the organization's, as when sending.",
	},
	{
		displayName: 'Transactional',
		name: 'isTransactional',
		type: 'boolean',
		default: false,
		description:
			'Whether it is about something that the lead asked for or bought: only who must not be contacted at all is blocked then',
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
		description:
			'Days on which to send; a window that crosses midnight belongs to the day on which it begins',
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
