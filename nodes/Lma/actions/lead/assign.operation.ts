import type { INodeProperties } from 'n8n-workflow';

import { assignLeads } from '../../../../db/assignment/assign';
import type { Sql } from '../../../../db/connection/client';
import { type AssignmentRequest, assignmentSchema } from '../../../../domain/assignment/request';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator, userLocator } from '../locator';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('lead', 'assign', [
	leadLocator,
	{
		displayName: 'Strategy',
		name: 'strategy',
		type: 'options',
		options: [
			{
				name: 'Least Loaded',
				value: 'leastLoaded',
				description: 'The user with the fewest open leads gets the lead',
			},
			{
				name: 'Round Robin',
				value: 'roundRobin',
				description: 'The users get leads in turn; whose turn is next is remembered between executions',
			},
			{
				name: 'User',
				value: 'user',
				description: 'The user you choose gets the lead',
			},
		],
		default: 'roundRobin',
		description: 'How the new owner is chosen',
	},
	{
		...userLocator('assignedToId', 'User', 'The user who gets the lead'),
		// With a strategy by expression n8n would ask for the user even where none is needed.
		required: false,
		displayOptions: { show: { strategy: ['user'] } },
	},
	optionsCollection([
		ifNotFound,
		{
			displayName: 'Reassign',
			name: 'reassign',
			type: 'boolean',
			default: false,
			description:
				'Whether a lead that already has an owner gets a new one. With the strategy User, it always does.',
		},
		{
			displayName: 'User Names or IDs',
			name: 'userIds',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getUsers' },
			displayOptions: { show: { '/strategy': ['leastLoaded', 'roundRobin'] } },
			default: [],
			description:
				'Users to choose from. Left empty, all active sales representatives take part. The list shows the first 1,000 by name. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		},
	]),
]);

export const access = 'write';
export const absence = 'notFound';
export const schema = assignmentSchema;

export function read(parameters: ItemParameters): AssignmentRequest {
	const strategy = parameters.field('strategy');
	const { reassign, userIds } = parameters.fields('options');
	return parseInput(schema, {
		leadId: parameters.id('leadId'),
		strategy,
		...(strategy === 'user' ? { assignedToId: parameters.id('assignedToId') } : { userIds }),
		reassign,
	});
}

/** Gives leads to users. Fair under concurrency: two executions never take the same turn. */
export function execute(sql: Sql, requests: AssignmentRequest[]) {
	return assignLeads(sql, requests);
}
