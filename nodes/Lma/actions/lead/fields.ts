import type { INodeProperties } from 'n8n-workflow';
import { userField } from '../locator';

/** The pipeline statuses of a lead. */
export const statusOptions = [
	{ name: 'Closed Lost', value: 'CLOSED_LOST' },
	{ name: 'Closed Won', value: 'CLOSED_WON' },
	{ name: 'Contacted', value: 'CONTACTED' },
	{ name: 'Negotiation', value: 'NEGOTIATION' },
	{ name: 'New', value: 'NEW' },
	{ name: 'Proposal', value: 'PROPOSAL' },
	{ name: 'Qualified', value: 'QUALIFIED' },
];

/** Where a lead came from. */
export const sourceOptions = [
	{ name: 'Advertising', value: 'ADVERTISING' },
	{ name: 'Cold Outreach', value: 'COLD_OUTREACH' },
	{ name: 'Email', value: 'EMAIL' },
	{ name: 'Event', value: 'EVENT' },
	{ name: 'Other', value: 'OTHER' },
	{ name: 'Referral', value: 'REFERRAL' },
	{ name: 'Social Media', value: 'SOCIAL_MEDIA' },
	{ name: 'Website', value: 'WEBSITE' },
];

/** How likely a lead is to buy. */
export const temperatureOptions = [
	{ name: 'Cold', value: 'cold' },
	{ name: 'Hot', value: 'hot' },
	{ name: 'Warm', value: 'warm' },
];

const email: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	placeholder: 'name@email.com',
	default: '',
	description: 'E-mail address of the lead. Upper and lower case do not matter.',
};

const firstName: INodeProperties = {
	displayName: 'First Name',
	name: 'firstName',
	type: 'string',
	default: '',
	description: 'First name of the lead',
};

const lastName: INodeProperties = {
	displayName: 'Last Name',
	name: 'lastName',
	type: 'string',
	default: '',
	description: 'Last name of the lead',
};

const optionalFields: INodeProperties[] = [
	userField('assignedToId', 'Assigned To', 'User of the organization who owns the lead'),
	{
		displayName: 'Company',
		name: 'company',
		type: 'string',
		default: '',
		description: 'Company the lead works for',
	},
	{
		displayName: 'Custom Fields (JSON)',
		name: 'customFields',
		type: 'json',
		default: '{}',
		description:
			'Custom fields by key, as a JSON object. A lead that exists keeps those not named here, and null takes one away.',
	},
	{
		displayName: 'Expected Close Date',
		name: 'expectedCloseDate',
		type: 'dateTime',
		default: '',
		description: 'Day on which the deal is expected to close. The time of day does not matter.',
	},
	{
		displayName: 'Job Title',
		name: 'jobTitle',
		type: 'string',
		default: '',
		description: 'What the lead does at the company',
	},
	{
		displayName: 'Lead Temperature',
		name: 'leadTemperature',
		type: 'options',
		options: temperatureOptions,
		default: 'cold',
		description: 'How likely the lead is to buy. Scoring sets it from the score.',
	},
	{
		displayName: 'LinkedIn URL',
		name: 'linkedinUrl',
		type: 'string',
		default: '',
		description: 'Address of the LinkedIn profile',
	},
	{
		displayName: 'Notes',
		name: 'notes',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		description: 'Free text kept with the lead itself. For a history of notes use the resource Note.',
	},
	{
		displayName: 'Phone',
		name: 'phone',
		type: 'string',
		default: '',
		description: 'Telephone number, in any form',
	},
	{
		displayName: 'Score',
		name: 'score',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 0,
		description: 'Score from 0 to 100. The operation Score works it out from the rules of the organization.',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: sourceOptions,
		default: 'OTHER',
		description: 'Where the lead came from',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: statusOptions,
		default: 'NEW',
		description: 'Place of the lead in the pipeline',
	},
	{
		displayName: 'Tags',
		name: 'tags',
		type: 'string',
		default: '',
		placeholder: 'e.g. newsletter, trade fair',
		description: 'Tags, separated by commas. An expression may give an array, whose entries may hold commas.',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'number',
		default: 0,
		description: 'Value of the deal in cents',
	},
	{
		displayName: 'Website',
		name: 'website',
		type: 'string',
		default: '',
		description: 'Web site of the lead or the company',
	},
];

/** Every field of a lead that can be written, by name. */
export const leadFields: INodeProperties[] = [...optionalFields, email, firstName, lastName].sort((a, b) =>
	a.displayName.localeCompare(b.displayName, 'en'),
);

/** E-mail and names, which every new lead has. */
export const requiredFields: INodeProperties[] = [email, firstName, lastName].map((field) => ({
	...field,
	required: true,
}));

/** The other fields of a lead, as a collection. */
export const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: optionalFields,
	description:
		'Further fields of the lead. What is left empty is not set; an expression that results in null clears the field of a lead that exists.',
};

/** All fields of a lead, as a collection of what to change. */
export const updateFields: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: leadFields,
	description:
		'Fields to change. What is left empty stays as it is; an expression that results in null clears the field.',
};
