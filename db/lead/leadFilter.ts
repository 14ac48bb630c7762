import { z } from 'zod/v4';

import { customFieldConditions } from '../../domain/customField/customFieldCondition';
import { readEmailAddress } from '../../domain/input/emailAddress';
import { withFacts } from '../../domain/input/facts';
import { campaignId, integer, label, leadId, tags, text, timestamp, userId } from '../../domain/input/field';
import { jsonObject } from '../../domain/input/json';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from '../../domain/lead/labels';
import { LEAD_ORDERS, leadOrder } from '../../domain/lead/leadOrder';
import { LEAD_MATCHES } from '../../domain/lead/matching';
import type { ListIdentity } from '../../domain/list/cursor';
import { conditionsOf, cursorFits, pageFields } from '../../domain/list/page';

/** Most ids that one filter may name. */
const MOST_IDS = 10_000;
const score = integer('must be from 0 to 100', 0, 100);

const address = z.preprocess(
	(given) => (typeof given === 'string' ? (readEmailAddress(given).address ?? given) : given),
	text(255),
) as z.ZodType<string, string>;

const filterSchema = z.strictObject({
	/** Whether all conditions must hold, or one of them is enough; the two ends of a range are one condition. */
	match: label(LEAD_MATCHES).default('all'),
	/** Leads with these ids; those that are not there are no error. */
	ids: z
		.array(leadId, { error: 'must be a list of lead ids; give [1, 2] or "1, 2"' })
		.max(MOST_IDS, {
			error: `has more than ${MOST_IDS.toLocaleString('en')} ids; ask for them in parts`,
		})
		.optional(),
	/** Leads that are in this campaign, with one of the statuses when some are given. */
	campaignId: campaignId.optional(),
	/** Leads that are in a campaign with one of these statuses. */
	membershipStatuses: withFacts(z.array(text(50), { error: 'must be a list of statuses; give ["active"]' }), {
		form: 'list',
	}).optional(),
	status: z.array(label(LEAD_STATUSES)).optional(),
	source: z.array(label(LEAD_SOURCES)).optional(),
	leadTemperature: z.array(label(LEAD_TEMPERATURES)).optional(),
	minScore: score.optional(),
	maxScore: score.optional(),
	assignedToId: userId.optional(),
	/** True: only leads without an owner. */
	unassigned: z.boolean().optional(),
	/** The whole address, as `readEmailAddress` takes it; letter case does not matter. What is none finds nobody. */
	email: address.optional(),
	/** Words of a name, company, job title or address, each of them at least begun; letter case does not matter. */
	search: text(255).optional(),
	/** Leads that have all of these tags. */
	tags: tags.optional(),
	/** Leads whose custom fields have these values, among others. */
	customFields: jsonObject.optional(),
	/** Comparisons of custom fields, by their types: see `typeFilters`, which has to come before. */
	customFieldConditions: customFieldConditions.optional(),
	/** The zone of dates among these that name none: for `typeFilters`, which takes it away. */
	fallbackTimezone: text(100).optional(),
	createdAfter: timestamp.optional(),
	createdBefore: timestamp.optional(),
	updatedAfter: timestamp.optional(),
	updatedBefore: timestamp.optional(),
	/** Last contacted at this time or later. */
	contactedAfter: timestamp.optional(),
	/** Last contacted before this time; those never contacted are not among them. */
	contactedBefore: timestamp.optional(),
	/** True: only leads never contacted; false: only contacted ones. */
	neverContacted: z.boolean().optional(),
	/**
	 * By the time of creation, of the last contact or change, by last and first name, or by score. By last contact or
	 * change no index helps: all leads that meet the conditions are read and sorted. By name or score, leads are read in
	 * that order until there are enough: all of them where few meet a condition without an index, such as the source.
	 */
	sortBy: label(LEAD_ORDERS).default('created'),
	/** By last contact, ascending has those never contacted first and descending has them last. */
	sortDirection: label(['asc', 'desc']).default('desc'),
	...pageFields,
});
/** A filter as its schema leaves it. */
export type CheckedLeadFilter = z.output<typeof filterSchema>;

const fits = cursorFits(identityOf);

/**
 * Which leads to list. Newest first unless `sortBy` and `sortDirection` say otherwise. A cursor is of conditions as `typeFilters`
 * leaves them: one beside conditions that still have to be typed is looked at when they are.
 */
export const leadFilterSchema = filterSchema.check((payload) => {
	if (payload.value.fallbackTimezone === undefined) fits(payload);
});
export type LeadFilter = z.input<typeof leadFilterSchema>;

/** What a cursor of the list of this filter belongs to. */
export function identityOf(filter: CheckedLeadFilter): ListIdentity {
	const { sortBy, sortDirection, ...conditions } = conditionsOf(filter);
	return { rows: 'leads', order: leadOrder(sortBy, sortDirection), conditions };
}
