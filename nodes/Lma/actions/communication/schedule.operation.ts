import type { INodeProperties } from 'n8n-workflow';

import { scheduleThroughGate } from '../../../../db/communication/scheduleThroughGate';
import type { Sql } from '../../../../db/connection/client';
import {
	type ScheduledCommunication,
	scheduledCommunicationSchema,
} from '../../../../domain/communication/input';
import { hasMarkup } from '../../../../domain/communication/markup';
import { parseInput } from '../../../../domain/input/parseInput';
import { shownFor } from '../shownFor';
import { leadLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';
import { additionalFields, communicationType, messageFields, scheduledAt } from './fields';

const options: INodeProperties[] = [
	{
		displayName: 'Check Sending Rules',
		name: 'checkSend',
		type: 'options',
		options: [
			{
				name: 'Block',
				value: 'block',
				description: 'Refuse what may not go out at the chosen time',
			},
			{
				name: 'Defer',
				value: 'defer',
				description:
					'Take the first time from then on at which it may go out; refuse what may not go out at all',
			},
			{
				name: 'Off',
				value: 'off',
				description: 'Schedule it without asking; the worker asks before it sends',
			},
		],
		default: 'defer',
		description:
			"Whether to ask the organization's sending rules, as Check Send does, and to keep room within Max Communications in the same step",
	},
	{
		displayName: 'If Blocked',
		name: 'ifBlocked',
		type: 'options',
		options: [
			{ name: 'Error', value: 'error', description: 'Fail the item' },
			{
				name: 'Return the Decision',
				value: 'output',
				description: 'Return what Check Send would return: decision, reason and message',
			},
		],
		default: 'error',
		description: 'What to do with a message that Check Sending Rules refuses',
	},
];

export const description: INodeProperties[] = shownFor('communication', 'schedule', [
	leadLocator,
	communicationType,
	scheduledAt,
	...messageFields,
	additionalFields({ tookPlace: false }),
	optionsCollection(options),
]);

export const access = 'write';
export const schema = scheduledCommunicationSchema;

export function read(parameters: ItemParameters): ScheduledCommunication {
	const { checkSend, ifBlocked } = parameters.fields('options');
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		...parameters.fieldsOf('communicationType', 'scheduledAt'),
		...parameters.shownFieldsOf('subject', 'content'),
		leadId: parameters.id('leadId'),
		checkSend,
		ifBlocked,
	});
}

/** What is sent is plain text, which nobody sees before the lead does. */
export function hint(
	written: { input: ScheduledCommunication; row: object | object[] }[],
): string | undefined {
	const count = written.filter(
		({ input: { subject, content } }) => hasMarkup(subject) || hasMarkup(content),
	).length;
	if (count === 0) return undefined;
	return `${count === 1 ? 'One message contains' : `${String(count)} messages contain`} HTML or {{ }}. Messages go out as plain text, exactly as they stand: tags are shown to the lead, and nothing is filled in. For values of the item use an expression.`;
}

/** Schedules communications; the worker sends each when its time has come and the sending rules let it. */
export function execute(sql: Sql, communications: ScheduledCommunication[]) {
	return scheduleThroughGate(sql, communications);
}
