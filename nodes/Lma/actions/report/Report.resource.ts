import type { INodeProperties } from 'n8n-workflow';
import * as leadSummary from './leadSummary.operation';
import * as organizationMetrics from './organizationMetrics.operation';
import * as userProductivity from './userProductivity.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	leadSummary,
	organizationMetrics,
	userProductivity,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['report'] } },
		options: [
			{
				name: 'Lead Summary',
				value: 'leadSummary',
				action: 'Get a lead summary',
				description: 'Get leads with the counts of their communications and notes',
			},
			{
				name: 'Organization Metrics',
				value: 'organizationMetrics',
				action: 'Get organization metrics',
				description: 'Get the totals of the organization',
			},
			{
				name: 'User Productivity',
				value: 'userProductivity',
				action: 'Get user productivity',
				description: 'Get the workload and results of every user',
			},
		],
		default: 'leadSummary',
		description: 'What to do',
	},
	...leadSummary.description,
	...organizationMetrics.description,
	...userProductivity.description,
];
