import { z } from 'zod/v4';

import { integer, label } from '../input/field';
import { setting } from '../input/setting';

const months = integer('must be a number of months', 1, 1200);
const days = integer('must be a number of days', 1, 36_500);

/** How long an organization's rows are kept; what is left out is kept for ever. In `organizations.settings.retention`. */
export const retentionSchema = z.strictObject({
	activityMonths: setting(
		months,
		'Whole months of events to keep before the current one; older ones are removed. Not set: for ever.',
	),
	attemptDays: setting(
		days,
		'Days to keep the attempts at communications that are no longer scheduled. Not set: for ever.',
	),
});
export type Retention = z.output<typeof retentionSchema>;

/** Null takes a limit away; what is left out stays as it is. */
export const retentionChangeSchema = z.strictObject({
	activityMonths: months.nullish(),
	attemptDays: days.nullish(),
});
export type RetentionChange = z.input<typeof retentionChangeSchema>;

/** What becomes of whole months of events, of all organizations. */
export interface PartitionPolicy {
	/** Whole months before the current one; null for ever. */
	keepMonths: number | null;
	/** `detach` moves a month to the schema lma_archive, where lma_owner reads it; `drop` removes it. */
	retireBy: 'detach' | 'drop';
	/** Days without progress after which a subscription no longer holds back a month. */
	staleDays: number;
}

export const partitionPolicySchema = z.strictObject({
	keepMonths: months.nullish(),
	retireBy: label(['detach', 'drop']).optional(),
	staleDays: integer('must be a number of days', 1, 3650).optional(),
});
export type PartitionPolicyChange = z.input<typeof partitionPolicySchema>;
