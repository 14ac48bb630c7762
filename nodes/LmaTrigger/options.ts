import type { INodeProperties } from 'n8n-workflow';

/** The parameter *Options* of the trigger. */
export const options: INodeProperties = {
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
					description:
						'Continue immediately. Events are lost if n8n does not start their execution or a crash cuts it off.',
				},
			],
			default: 'finished',
			description: 'When an event counts as delivered, so that it is not delivered again',
		},
		{
			displayName: 'Batch Size',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 1000 },
			default: 100,
			description: 'Maximum number of events to take at once when there is a backlog',
		},
		{
			displayName: 'Each Execution Gets',
			name: 'executionPer',
			type: 'options',
			options: [
				{
					name: 'A Batch of Events',
					value: 'batch',
					description: 'All waiting events, up to the batch size, as items of one execution',
				},
				{ name: 'One Event', value: 'event', description: 'A separate execution for every event' },
			],
			default: 'batch',
			description: 'How waiting events are distributed over executions',
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
				'Whether to ignore changes that this workflow itself has made, so that it cannot start itself again and again',
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
				'Maximum number of minutes to wait for an execution to finish; after that its events count as delivered, and the next ones are taken',
		},
		{
			displayName: 'Retries After Failure',
			name: 'retries',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 10 },
			default: 0,
			description:
				'How many times an execution that ended with an error is started again, with the same events. Later events wait meanwhile, unless several executions run at once. With Acknowledge: When Handed Over there are none.',
		},
		{
			displayName: 'Seconds Between Retries',
			name: 'secondsBetweenRetries',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 3600 },
			default: 30,
			description: 'How long to wait after a failed execution before it is started again',
		},
		{
			displayName: 'Skip Repeats',
			name: 'skipRepeats',
			type: 'boolean',
			default: false,
			description:
				'Whether n8n skips an event that already has an execution in its list, even if a crash cut that one off. Needs one event per execution.',
		},
	],
};
