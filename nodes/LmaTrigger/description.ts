import type { INodeProperties } from 'n8n-workflow';
import { simplifyDescription } from '../Lma/actions/simplify';
import { filters } from './filters';
import { options } from './options';

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
				description: 'A communication is scheduled or rescheduled',
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
