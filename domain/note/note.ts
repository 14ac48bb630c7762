import { z } from 'zod/v4';

import { leadId, LONGEST_NOTE, text, userId } from '../input/field';

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
	leadId,
	content: text(LONGEST_NOTE).refine((content) => content.trim() !== '', 'is empty; write the note'),
	userId: userId.nullish(),
});
export type NewNote = z.output<typeof newNoteSchema>;
