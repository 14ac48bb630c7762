import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { listNotes, type NoteFilter, noteFilterSchema } from '../../../../db/note/note';
import { parseInput } from '../../../../domain/input/parseInput';
import { ifNothingMatched } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { userField } from '../locator';
import { optionsCollection } from '../options';
import { keepCursor, listEach, pagingDescription, pagingOptions, readPaged } from '../paging';
import type { ItemParameters } from '../itemParameters';
import { simplifyDescription } from '../simplify';
import { simplify as simplifyRow } from './simplify';

export const description: INodeProperties[] = shownFor('note', 'getMany', [
	...pagingDescription,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Lead ID',
				name: 'leadId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 42',
				description: 'Only notes on this lead',
			},
			userField('userId', 'User Name or ID', 'Only notes written by this user'),
		],
		description: 'Conditions that a note must meet; all of them apply',
	},
	simplifyDescription,
	optionsCollection([...pagingOptions, ifNothingMatched]),
]);

export const simplify = keepCursor(simplifyRow);
export const access = 'read';
export const absence = 'nothingMatched';
export const schema = noteFilterSchema;

export function read(parameters: ItemParameters): NoteFilter {
	return readPaged(parameters, (page) => parseInput(schema, { ...parameters.fields('filters'), ...page }));
}

/** Lists notes, newest first. */
export function execute(sql: Sql, wanted: NoteFilter[]) {
	return listEach(wanted, (filter) => listNotes(sql, filter));
}
