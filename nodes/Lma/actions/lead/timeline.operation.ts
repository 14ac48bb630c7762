import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { leadTimelines } from '../../../../db/lead/timeline';
import {
	TIMELINE_TYPES,
	type TimelineEntry,
	type TimelineRequest,
	timelineSchema,
} from '../../../../domain/event/timeline';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { leadLocator, userField } from '../locator';
import { optionsCollection } from '../options';
import { pagingDescription, readPaged } from '../paging';
import { asLabels, type ItemParameters } from '../itemParameters';
import { pick, simplifyDescription } from '../simplify';

export const description: INodeProperties[] = shownFor('lead', 'timeline', [
	leadLocator,
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Event Types',
				name: 'eventTypes',
				type: 'multiOptions',
				options: TIMELINE_TYPES.map((type) => ({ name: nameOf(type), value: type })).sort((a, b) =>
					a.name.localeCompare(b.name, 'en'),
				),
				default: [],
				description: 'Only entries of these kinds',
			},
			{
				displayName: 'Occurred After',
				name: 'occurredAfter',
				type: 'dateTime',
				default: '',
				description: 'Only what happened at this time or later',
			},
			{
				displayName: 'Occurred Before',
				name: 'occurredBefore',
				type: 'dateTime',
				default: '',
				description: 'Only what happened before this time',
			},
			userField('userId', 'User Name or ID', 'Only what this user did'),
		],
		description: 'Conditions that an entry must meet; all of them apply',
	},
	{
		displayName: 'Sort Direction',
		name: 'sortDirection',
		type: 'options',
		options: [
			{ name: 'Ascending', value: 'asc', description: 'Oldest first' },
			{ name: 'Descending', value: 'desc', description: 'Newest first' },
		],
		default: 'desc',
		description: 'Order of the results',
	},
	simplifyDescription,
	optionsCollection([
		ifNotFound,
		{
			displayName: 'Offset',
			name: 'offset',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description: 'How many entries to skip, for reading page by page',
		},
	]),
]);

export const access = 'read';
export const absence = 'notFound';
export const schema = timelineSchema;

export function read(parameters: ItemParameters): TimelineRequest {
	const { eventTypes, ...others } = parameters.fields('filters');
	return readPaged(parameters, ({ limit }) =>
		parseInput(schema, {
			...others,
			leadId: parameters.id('leadId'),
			eventTypes: asLabels(eventTypes),
			sortDirection: parameters.field('sortDirection'),
			offset: parameters.fields('options').offset,
			limit,
		}),
	);
}

/** Lists what happened to a lead: changes, communications, notes, campaigns. A lead without a history gives no items. */
export function execute(sql: Sql, requests: TimelineRequest[]) {
	return leadTimelines(sql, requests);
}

/** What most people want to know of what happened. */
export function simplify(entry: TimelineEntry) {
	return pick(entry, [
		'type',
		'occurredAt',
		'userId',
		'communicationId',
		'campaignId',
		'noteId',
		'subject',
		'content',
		'before',
		'after',
	]);
}

/** `Lead Status Changed` for `lead.statusChanged`, `Campaign Lead Added` for `campaign.leadAdded`. */
function nameOf(type: string): string {
	const words = type.replace('.', ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
	return words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
