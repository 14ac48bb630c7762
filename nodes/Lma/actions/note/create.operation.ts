import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { createNotes } from '../../../../db/note/note';
import { parseInput } from '../../../../domain/input/parseInput';
import { type NewNote, newNoteSchema } from '../../../../domain/note/note';
import { shownFor } from '../shownFor';
import { leadLocator, userField } from '../locator';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('note', 'create', [
	leadLocator,
	{
		displayName: 'Content',
		name: 'content',
		type: 'string',
		required: true,
		typeOptions: { rows: 4 },
		default: '',
		description: 'Text of the note, at most 100,000 characters',
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [userField('userId', 'User Name or ID', 'User of the organization who wrote the note')],
		description: 'Further fields of the note. Fields left empty are not set.',
	},
]);

export const access = 'write';
export const schema = newNoteSchema;

export function read(parameters: ItemParameters): NewNote {
	return parseInput(schema, {
		...parameters.fields('additionalFields'),
		leadId: parameters.id('leadId'),
		...parameters.fieldsOf('content'),
	});
}

/** Adds notes to leads. */
export function execute(sql: Sql, notes: NewNote[]) {
	return createNotes(sql, notes);
}
