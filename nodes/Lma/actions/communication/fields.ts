import type { INodeProperties } from 'n8n-workflow';
import { userField } from '../locator';

/** The ways to reach a lead. */
export const typeOptions = [
	{ name: 'Call', value: 'call' },
	{ name: 'Email', value: 'email' },
	{ name: 'LinkedIn', value: 'linkedin' },
	{ name: 'Meeting', value: 'meeting' },
	{ name: 'SMS', value: 'sms' },
];

/** Who contacted whom. */
export const directionOptions = [
	{ name: 'Inbound', value: 'inbound', description: 'From the lead to us' },
	{ name: 'Outbound', value: 'outbound', description: 'From us to the lead' },
];

/** What can have become of a communication. */
export const communicationStatusOptions = [
	{ name: 'Cancelled', value: 'cancelled' },
	{ name: 'Completed', value: 'completed' },
	{ name: 'Failed', value: 'failed' },
	{ name: 'Scheduled', value: 'scheduled' },
];

/** How the lead is, was or will be reached. */
export const communicationType: INodeProperties = {
	displayName: 'Type',
	name: 'communicationType',
	type: 'options',
	required: true,
	options: typeOptions,
	default: 'email',
	description: 'How the lead is contacted',
};

const content: INodeProperties = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 5 },
	default: '',
	description: 'Text of the message, or what was discussed',
};

const metadata: INodeProperties = {
	displayName: 'Metadata (JSON)',
	name: 'commMetadata',
	type: 'json',
	default: '{}',
	description: 'Anything else worth keeping, as a JSON object',
};

const subject: INodeProperties = {
	displayName: 'Subject',
	name: 'subject',
	type: 'string',
	default: '',
	description: 'Subject line of the message or meeting',
};

const user = userField(
	'userId',
	'User Name or ID',
	'User of the organization who is in contact with the lead',
);

const completedAt: INodeProperties = {
	displayName: 'Completed At',
	name: 'completedAt',
	type: 'dateTime',
	default: '',
	description: 'When it took place. Defaults to now.',
};

/** The optional fields of a communication, as a collection; with `completedAt` for one that took place. */
export function additionalFields({ tookPlace }: { tookPlace: boolean }): INodeProperties {
	return {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...(tookPlace ? [completedAt] : []), content, metadata, subject, user],
		description: 'Further fields of the communication. Fields left empty are not set.',
	};
}

/** The communication to work on. */
export function communicationId(description: string): INodeProperties {
	return {
		displayName: 'Communication ID',
		name: 'communicationId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 42',
		description,
	};
}

/** The time at which the worker sends a communication. */
export const scheduledAt: INodeProperties = {
	displayName: 'Scheduled At',
	name: 'scheduledAt',
	type: 'dateTime',
	required: true,
	default: '',
	description: "When the worker sends it. A time without a zone is in the workflow's time zone.",
};
