import { z } from 'zod/v4';

import { rowLimit, rowOffset, text } from './input/field';

/** A row by what a person recognises it by, for a list to choose from. */
export interface Choice {
	id: number;
	name: string;
	/** The status of a campaign, the category of a workflow. */
	detail: string | null;
}

export const choiceFilterSchema = z.strictObject({
	/** Part of the name; letter case does not matter. */
	search: text(255).optional(),
	limit: rowLimit,
	offset: rowOffset,
});
export type ChoiceFilter = z.input<typeof choiceFilterSchema>;
