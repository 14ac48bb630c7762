import type { INodeProperties } from 'n8n-workflow';
import { asLabels, type ItemParameters } from '../itemParameters';
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

const isTransactional: INodeProperties = {
	displayName: 'Transactional',
	name: 'isTransactional',
	type: 'boolean',
	default: false,
	description:
		'Whether it is about something that the lead asked for or bought, such as an invoice. It is then sent at any hour, also when the lead is closed, has replied or has unsubscribed, and does not count towards Max Communications.',
};

/** The optional fields of a communication, as a collection; with `completedAt` for one that took place. */
export function additionalFields({ tookPlace }: { tookPlace: boolean }): INodeProperties {
	return {
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [...(tookPlace ? [completedAt] : []), content, metadata, subject, isTransactional, user],
		description: 'Further fields of the communication. Fields left empty are not set.',
	};
}

/** What a message says, for the types that send one; the others have it among the additional fields. */
export const messageFields: INodeProperties[] = [
	{
		...subject,
		displayOptions: { show: { communicationType: ['email'] } },
		description: 'Subject line of the e-mail. Subject or content must be filled in.',
	},
	{
		...content,
		displayOptions: { show: { communicationType: ['email', 'linkedin', 'sms'] } },
		description:
			'Text of the message, sent as it stands: as plain text, with nothing filled in. A text message must have one. Takes precedence over Content under Additional Fields.',
	},
];

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

/** By which types a lead must not, or may again, be contacted. */
export function communicationTypes(description: string): INodeProperties {
	return {
		displayName: 'Types',
		name: 'communicationTypes',
		type: 'multiOptions',
		required: true,
		options: typeOptions,
		default: ['call', 'email', 'linkedin', 'meeting', 'sms'],
		description,
	};
}

/** The types chosen. None, or an expression that gives nothing, is an empty list, which is refused: it never stands for all. */
export function readTypes(parameters: ItemParameters): unknown {
	const { communicationTypes: types } = parameters.fieldsOf('communicationTypes');
	return asLabels(types) ?? [];
}

/** Why somebody must not be contacted. */
export const suppressionReasonOptions = [
	{
		name: 'Address Bounced',
		value: 'address_bounced',
		description: 'The address does not exist; another address of the lead may be used',
	},
	{ name: 'Complained', value: 'complained', description: 'The lead has complained about messages' },
	{
		name: 'Do Not Contact',
		value: 'do_not_contact',
		description: 'The lead must not be contacted, for whatever reason',
	},
	{
		name: 'Unsubscribed',
		value: 'unsubscribed',
		description: 'The lead has unsubscribed; transactional messages are still sent',
	},
];

const suppressionReasonField: INodeProperties = {
	displayName: 'Reason',
	name: 'reason',
	type: 'options',
	options: suppressionReasonOptions,
	default: 'do_not_contact',
};

/** Why a lead must not, or need no longer, be left alone. */
export function suppressionReason(texts: Pick<INodeProperties, 'default' | 'description'>): INodeProperties {
	return { ...suppressionReasonField, ...texts };
}
