import type { INodeProperties } from 'n8n-workflow';
import { typeOptions } from '../Lma/actions/communication/fields';
import { statusOptions, temperatureOptions } from '../Lma/actions/lead/fields';
import { simplifyDescription } from '../Lma/actions/simplify';

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	description: 'Which of the events to start for: those that meet all of these',
	options: [
		{
			displayName: 'Campaign Names or IDs',
			name: 'campaignIds',
			type: 'multiOptions',
			description:
				'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			typeOptions: { loadOptionsMethod: 'getCampaigns' },
			default: [],
		},
		{
			displayName: 'Communication Types',
			name: 'communicationTypes',
			type: 'multiOptions',
			options: typeOptions,
			default: [],
			description: 'Of events about communications only these; events about leads are not concerned',
		},
		{
			displayName: 'Minimum Score',
			name: 'minScore',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			description: 'Only events of leads with at least this score, 0 to 100',
		},
		{
			displayName: 'Owner Names or IDs',
			name: 'ownerIds',
			type: 'multiOptions',
			description:
				'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			typeOptions: { loadOptionsMethod: 'getUsers' },
			default: [],
		},
		{
			displayName: 'Statuses',
			name: 'statuses',
			type: 'multiOptions',
			options: statusOptions,
			default: [],
			description: 'Only events of leads with one of these pipeline statuses',
		},
		{
			displayName: 'Temperatures',
			name: 'temperatures',
			type: 'multiOptions',
			options: temperatureOptions,
			default: [],
			description: 'Only events of leads of one of these temperatures',
		},
	],
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	description: 'Further options',
	options: [
		{
			displayName: 'Acknowledge',
			name: 'acknowledge',
			type: 'options',
			options: [
				{
					name: 'When Execution Finishes',
					value: 'finished',
					description: 'An execution that n8n does not start, or that a crash cuts off, is started again',
				},
				{
					name: 'When Handed Over',
					value: 'handedOver',
					description: 'Go on at once. What n8n does not get to start, or a crash cuts off, is lost.',
				},
			],
			default: 'finished',
			description: 'When an event counts as delivered, so that it does not come again',
		},
		{
			displayName: 'Batch Size',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1000 },
			default: 100,
			description: 'Most events to take at once when there is a backlog',
		},
		{
			displayName: 'Each Execution Gets',
			name: 'executionPer',
			type: 'options',
			options: [
				{
					name: 'A Batch of Events',
					value: 'batch',
					description: 'All events that are waiting, up to the batch size, as items of one execution',
				},
				{ name: 'One Event', value: 'event', description: 'An execution of its own for every event' },
			],
			default: 'batch',
			description: 'How events that are waiting are spread over executions',
		},
		{
			displayName: 'Executions at Once',
			name: 'parallel',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 20 },
			default: 1,
			displayOptions: { show: { executionPer: ['event'] } },
			description:
				'With one event per execution: how many may run at the same time. With 1 they run one after the other, in the order of events.',
		},
		{
			displayName: 'Ignore Own Changes',
			name: 'ignoreOwnChanges',
			type: 'boolean',
			default: false,
			description:
				'Whether to leave out what this workflow itself has changed, so that it cannot start itself again and again',
		},
		{
			displayName: 'Include Lead',
			name: 'includeLead',
			type: 'boolean',
			default: true,
			description: 'Whether to add the lead as it is when the workflow starts',
		},
		{
			displayName: 'Longest Wait',
			name: 'longestWaitMinutes',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1440 },
			default: 60,
			description:
				'Most minutes to wait for an execution to finish; then its events count as delivered, and the next ones are taken',
		},
		{
			displayName: 'Skip Repeats',
			name: 'skipRepeats',
			type: 'boolean',
			default: false,
			description:
				'Whether n8n starts no second execution for an event that has one in its list already, even if a crash cut that one off. Needs one event per execution.',
		},
	],
};

/** The parameters of the trigger. */
export const description: INodeProperties[] = [
	{
		displayName:
			'Each event is delivered at least once, also those that happen while n8n, the network or the database is down. Rarely one comes twice, under the same key.',
		name: 'notice',
		type: 'notice',
		default: '',
		description: 'What to expect',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: [
			{
				name: 'Campaign: Lead Added',
				value: 'campaign.leadAdded',
				description: 'A lead joins a campaign',
			},
			{
				name: 'Communication: Completed',
				value: 'communication.completed',
				description: 'A scheduled communication is sent, or completed by hand',
			},
			{
				name: 'Communication: Failed',
				value: 'communication.failed',
				description: 'A scheduled communication failed for good',
			},
			{
				name: 'Communication: Logged',
				value: 'communication.logged',
				description: 'A communication is recorded that was not scheduled',
			},
			{
				name: 'Communication: Replied',
				value: 'communication.replied',
				description: 'A lead answers',
			},
			{
				name: 'Communication: Scheduled',
				value: 'communication.scheduled',
				description: 'A communication is scheduled, or scheduled anew',
			},
			{
				name: 'Lead: Assigned',
				value: 'lead.assigned',
				description: 'The owner of a lead changes, also to nobody',
			},
			{ name: 'Lead: Created', value: 'lead.created', description: 'There is a new lead' },
			{ name: 'Lead: Scored', value: 'lead.scored', description: 'The score of a lead changes' },
			{
				name: 'Lead: Status Changed',
				value: 'lead.statusChanged',
				description: 'The pipeline status of a lead changes',
			},
			{
				name: 'Lead: Temperature Changed',
				value: 'lead.temperatureChanged',
				description: 'A lead gets hot, warm or cold',
			},
			{
				name: 'Lead: Updated',
				value: 'lead.updated',
				description: 'Any other field of a lead changes',
			},
		],
		default: ['lead.created'],
		description: 'What to start the workflow for',
	},
	filters,
	{
		displayName: 'While Unpublished',
		name: 'whileUnpublished',
		type: 'options',
		options: [
			{
				name: 'Catch Up',
				value: 'catchUp',
				description: 'Once published again, start with the events that happened meanwhile',
			},
			{
				name: 'Start From Now',
				value: 'startFromNow',
				description: 'Forget the events that happened meanwhile',
			},
		],
		default: 'catchUp',
		description:
			'What becomes of events while the workflow is not published. What happens while n8n is down is always caught up.',
	},
	{ ...simplifyDescription },
	options,
];
