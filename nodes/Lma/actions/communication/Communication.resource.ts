import type { INodeProperties } from 'n8n-workflow';
import * as cancel from './cancel.operation';
import * as checkSend from './checkSend.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as getSuppressions from './getSuppressions.operation';
import * as log from './log.operation';
import * as reschedule from './reschedule.operation';
import * as schedule from './schedule.operation';
import * as suppress from './suppress.operation';
import * as unsuppress from './unsuppress.operation';

/** The operations of the resource, by their value in the node. */
export const operations = {
	cancel,
	checkSend,
	get,
	getMany,
	getSuppressions,
	log,
	reschedule,
	schedule,
	suppress,
	unsuppress,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['communication'] } },
		options: [
			{
				name: 'Cancel',
				value: 'cancel',
				action: 'Cancel a communication',
				description: 'Keep a scheduled communication from being sent',
			},
			{
				name: 'Check Send',
				value: 'checkSend',
				action: 'Check whether a lead may be contacted',
				description:
					'Decide whether a lead may be contacted now, later or not at all, and say why; sends nothing',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get a communication',
				description: 'Get one communication by ID, for example to see whether it was sent',
			},
			{
				name: 'Get Many',
				value: 'getMany',
				action: 'Get many communications',
				description: 'Get the communications that match the filters',
			},
			{
				name: 'Get Many Do Not Contact',
				value: 'getSuppressions',
				action: 'Get many do not contact entries',
				description: 'Get the leads and addresses that must not be contacted, by which type and why',
			},
			{
				name: 'Log',
				value: 'log',
				action: 'Log a communication',
				description: 'Record a communication that took place',
			},
			{
				name: 'Reschedule',
				value: 'reschedule',
				action: 'Reschedule a communication',
				description: 'Move a scheduled communication to another time',
			},
			{
				name: 'Schedule',
				value: 'schedule',
				action: 'Schedule a communication',
				description: 'Have a communication sent at a later time',
			},
			{
				name: 'Set Do Not Contact',
				value: 'suppress',
				action: 'Set do not contact for a lead',
				description: 'Keep a lead from being contacted by some types or all, and whoever has its addresses',
			},
			{
				name: 'Unset Do Not Contact',
				value: 'unsuppress',
				action: 'Unset do not contact for a lead',
				description: 'Let a lead be contacted again, and whoever has its addresses',
			},
		],
		default: 'log',
		description: 'What to do',
	},
	...cancel.description,
	...checkSend.description,
	...get.description,
	...getMany.description,
	...getSuppressions.description,
	...log.description,
	...reschedule.description,
	...schedule.description,
	...suppress.description,
	...unsuppress.description,
];
