import type { INodeProperties } from 'n8n-workflow';
import { userField } from '../locator';

/** What can be the state of a campaign. */
export const campaignStatusOptions = [
	{ name: 'Active', value: 'active' },
	{ name: 'Cancelled', value: 'cancelled' },
	{ name: 'Completed', value: 'completed' },
	{ name: 'Draft', value: 'draft' },
	{ name: 'Paused', value: 'paused' },
];

const criteriaDescription =
	'Whom the campaign is meant for: all of the conditions assignedToId, createdAfter, createdBefore, customFields, leadTemperature, maxScore, minScore, neverContacted, source, status, tags and unassigned that are given. Empty means nobody; { "all": true } means everybody.';

/** Criteria that are not a campaign's yet. */
export const targetCriteria: INodeProperties = {
	displayName: 'Target Criteria (JSON)',
	name: 'targetCriteria',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "tags": ["webinar"], "minScore": 40 }',
	hint: 'Such as { "tags": ["webinar"], "minScore": 40 }. Empty means nobody; { "all": true } means everybody.',
	description: criteriaDescription,
};

/** Status for new memberships, among the options of an operation. */
export const membershipStatus: INodeProperties = {
	displayName: 'Membership Status',
	name: 'membershipStatus',
	type: 'string',
	default: 'active',
	description: 'Status for new members, in your own words; leads already in the campaign keep theirs',
};

const name: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Autumn webinar',
	description: 'Name of the campaign; it does not have to be unique',
};

const optionalFields: INodeProperties[] = [
	{
		displayName: 'Budget Allocated (Cents)',
		name: 'budgetAllocated',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'What the campaign may cost, in cents',
	},
	{
		displayName: 'Budget Spent (Cents)',
		name: 'budgetSpent',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'What the campaign has cost so far, in cents',
	},
	{
		displayName: 'Campaign Type',
		name: 'campaignType',
		type: 'string',
		default: '',
		placeholder: 'e.g. webinar',
		description: 'Kind of campaign, in your own words',
	},
	{
		displayName: 'Daily Enrolment Cap',
		name: 'dailyEnrolmentCap',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100_000 },
		default: 50,
		description:
			'Most leads that Enrol Leads takes in one day, in the time zone of the organization; 50 when it is not set',
	},
	{
		displayName: 'Description',
		name: 'description',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		description: 'What the campaign is about',
	},
	{
		displayName: 'End Date',
		name: 'endDate',
		type: 'dateTime',
		default: '',
		description: 'Last day of the campaign',
	},
	{
		displayName: 'Goals (JSON)',
		name: 'goals',
		type: 'json',
		default: '{}',
		description: 'What the campaign should achieve, as a JSON object',
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		default: '',
		description: 'First day of the campaign',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: campaignStatusOptions,
		default: 'draft',
		description:
			'State of the campaign; leads are enrolled while it is active, from its start date to its end',
	},
	targetCriteria,
];

/** The name of a new campaign, and its optional fields as a collection. */
export const newCampaignFields: INodeProperties[] = [
	{ ...name, required: true },
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: sorted([
			...optionalFields,
			userField('createdBy', 'Created By Name or ID', 'User of the organization who created the campaign'),
		]),
		description: 'Further fields of the campaign. Fields left empty are not set.',
	},
];

/** The fields of a campaign that can be changed, as a collection. */
export const updateFields: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: sorted([...optionalFields, name]),
	description:
		'Fields to change. Fields left empty stay as they are; the expression {{ null }} clears a field.',
};

/** The leads of one campaign that an operation is about. */
export const leadIds: INodeProperties = {
	displayName: 'Lead IDs',
	name: 'leadIds',
	type: 'string',
	required: true,
	default: '={{ $json.id }}',
	placeholder: 'e.g. 42 or 42, 43',
	description: 'IDs of leads: one, several separated by commas, or an expression that returns a list',
};

function sorted(fields: INodeProperties[]): INodeProperties[] {
	return fields.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
}
