import type { INodeProperties } from 'n8n-workflow';
import { simplifyDescription } from '../Lma/actions/simplify';
import { filters } from './filters';
import { options } from './options';

/** The parameters of the trigger. */
export const description: INodeProperties[] = [
	{
		displayName:
			'Each event is delivered at least once, including those that happen while n8n, the network or the database is down. On rare occasions an event is delivered twice, with the same key.',
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
				name: 'Communication: Cancelled',
				value: 'communication.cancelled',
				description: 'A scheduled communication is cancelled, by somebody or by the sending rules',
			},
			{
				name: 'Communication: Completed',
				value: 'communication.completed',
				description: 'A scheduled communication is sent, or completed by hand',
			},
			{
				name: 'Communication: Failed',
				value: 'communication.failed',
				description: 'A scheduled communication fails permanently',
			},
			{
				name: 'Communication: Logged',
				value: 'communication.logged',
				description: 'A communication that was not scheduled is recorded',
			},
			{
				name: 'Communication: Replied',
				value: 'communication.replied',
				description: 'A lead replies',
			},
			{
				name: 'Communication: Scheduled',
				value: 'communication.scheduled',
				description: 'A communication is scheduled or rescheduled',
			},
			{
				name: 'Lead: Assigned',
				value: 'lead.assigned',
				description: 'The owner of a lead changes or is removed',
			},
			{ name: 'Lead: Created', value: 'lead.created', description: 'A lead is created' },
			{ name: 'Lead: Scored', value: 'lead.scored', description: 'The score of a lead changes' },
			{
				name: 'Lead: Status Changed',
				value: 'lead.statusChanged',
				description: 'The pipeline status of a lead changes',
			},
			{
				name: 'Lead: Temperature Changed',
				value: 'lead.temperatureChanged',
				description: 'A lead turns hot, warm or cold',
			},
			{
				name: 'Lead: Updated',
				value: 'lead.updated',
				description: 'Any other field of a lead changes',
			},
		],
		default: ['lead.created'],
		description: 'Which events start the workflow',
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
				description: 'When published again, start with the events that happened in the meantime',
			},
			{
				name: 'Start From Now',
				value: 'startFromNow',
				description: 'Skip the events that happened in the meantime',
			},
		],
		default: 'catchUp',
		description:
			'What to do about events that happen while the workflow is not published. Events that happen while n8n is down are always delivered afterwards.',
	},
	{ ...simplifyDescription },
	options,
];
