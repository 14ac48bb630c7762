import { z } from 'zod/v4';

import { leadId } from '../input/field';
import { mergeRulesSchema } from './planMerge';

const MOST_DUPLICATES = 1000;

/** Leads to merge into one, which stays. */
export const leadMergeSchema = z.strictObject({
	leadId,
	duplicateIds: z
		.array(leadId, {
			error: ({ input }) => (input === undefined ? 'is missing; fill it in' : 'must be a list of ids'),
		})
		.min(1, 'is empty; name the leads to merge into this one')
		.max(MOST_DUPLICATES, `has more than ${MOST_DUPLICATES} ids; merge some of them first`)
		.transform((ids) => [...new Set(ids)]),
	rules: mergeRulesSchema.default({}),
	/** True: nothing is changed; the answer says what would be. */
	isPreview: z.boolean().default(false),
});
export type LeadMerge = z.output<typeof leadMergeSchema>;
