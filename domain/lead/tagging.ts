import { z } from 'zod/v4';

import { id, label, tags } from '../input/field';

/**
 * What can be done with tags.
 *
 * @internal tests try every action
 */
export const TAG_ACTIONS = ['add', 'remove', 'replace'] as const;

/** Tags to give to a lead, to take from it, or to leave it with. */
export const leadTaggingSchema = z.strictObject({ id, tagAction: label(TAG_ACTIONS), tags });
export type LeadTagging = z.output<typeof leadTaggingSchema>;
