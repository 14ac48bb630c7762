import { z } from 'zod/v4';

import { campaignId, integer } from '../input/field';
import { targetCriteriaSchema } from './targetCriteria';

/** Most leads that a preview counts. */
export const MOST_COUNTED = 100_000;
/** Most leads that a preview shows. */
const MOST_SHOWN = 1000;

/** Whom a campaign means now, or criteria that are not stored yet. */
export const audienceRequestSchema = z
	.strictObject({
		campaignId: campaignId.optional(),
		targetCriteria: targetCriteriaSchema.optional(),
		/** How many leads are shown at most. */
		sampleSize: integer('must be a number of leads', 0, MOST_SHOWN).default(50),
	})
	.refine(({ campaignId, targetCriteria }) => campaignId !== undefined || targetCriteria !== undefined, {
		path: ['campaignId'],
		message: 'is missing, and so are targetCriteria; give one of them',
	})
	.refine(({ campaignId, targetCriteria }) => campaignId === undefined || targetCriteria === undefined, {
		path: ['campaignId'],
		message: 'and targetCriteria do not go together; give one of them',
	});
export type AudienceRequest = z.output<typeof audienceRequestSchema>;
