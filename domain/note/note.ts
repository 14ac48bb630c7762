import { z } from 'zod/v4';

import { id, LONGEST_NOTE, text } from '../input/field';

/** A row of `lead_notes`. */
export interface Note {
	id: number;
	organizationId: number;
	leadId: number;
	/** Its author, a user of the organization. */
	userId: number | null;
	content: string;
	createdAt: string;
	updatedAt: string;
}

export const newNoteSchema = z.strictObject({
	leadId: id,
	content: text(LONGEST_NOTE).refine((content) => content.trim() !== '', 'is empty; write the note'),
	userId: id.nullish(),
});
export type NewNote = z.output<typeof newNoteSchema>;
