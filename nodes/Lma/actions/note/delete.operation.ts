import type { INodeProperties } from 'n8n-workflow';

import type { Sql } from '../../../../db/connection/client';
import { deleteNotes } from '../../../../db/note/note';
import { ifNotFound } from '../absencePolicy';
import { shownFor } from '../shownFor';
import { optionsCollection } from '../options';
import type { ItemParameters } from '../itemParameters';

export const description: INodeProperties[] = shownFor('note', 'delete', [
	{
		displayName: 'Note ID',
		name: 'noteId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. 42',
		description: 'ID of the note to delete, as returned by Create and Get Many',
	},
	optionsCollection([ifNotFound]),
]);

export const access = 'write';
export const absence = 'notFound';

export function read(parameters: ItemParameters): number {
	return parameters.id('noteId');
}

/** Deletes notes. It cannot be undone. */
export function execute(sql: Sql, ids: number[]) {
	return deleteNotes(sql, ids);
}
