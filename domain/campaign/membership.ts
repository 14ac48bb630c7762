import { z } from 'zod/v4';

import { withFacts } from '../input/facts';
import { campaignId, integer, leadId, rowLimit, text } from '../input/field';

/** A row of `campaign_leads`, named by what it joins. */
export interface Membership {
	campaignId: number;
	leadId: number;
	/** Free text, such as `active` or `responded`. */
	status: string;
	addedAt: string;
}

/** Most leads one request may name. */
const MOST_LEADS = 100_000;

/** Leads of one campaign, by their own ids; one named twice counts once. */
export const membershipRequestSchema = z.strictObject({
	campaignId,
	leadIds: z
		.array(leadId, { error: 'must be a list of lead ids; give [1, 2] or "1, 2"' })
		.min(1, { error: 'names no lead; give at least one' })
		.max(MOST_LEADS, {
			error: `names more than ${MOST_LEADS.toLocaleString('en')} leads; split them into several items`,
		})
		.transform((ids) => [...new Set(ids)]),
});
export type MembershipRequest = z.output<typeof membershipRequestSchema>;

const membershipStatus = text(50).refine(
	(status) => status.trim() !== '',
	'is empty; write a status such as active',
);

export const leadsToAddSchema = membershipRequestSchema.extend({
	membershipStatus: membershipStatus.optional(),
	skipUnknownLeads: z.boolean({ error: 'must be true or false' }).optional(),
});

/** A campaign to enrol leads in; the status is that of their memberships. */
export const enrolmentRequestSchema = z.strictObject({
	campaignId,
	membershipStatus: membershipStatus.optional(),
});

/** Which leads of a campaign to list, by lead id. */
export const memberFilterSchema = z.strictObject({
	campaignId,
	/** Only memberships with one of these statuses, as they are written. */
	membershipStatuses: withFacts(
		z.array(membershipStatus, { error: 'must be a list of texts' }).max(50, {
			error: 'has more than 50 statuses; name fewer',
		}),
		{ form: 'list' },
	).optional(),
	/** Only leads with a higher id: the last one of the page before. */
	afterLeadId: integer('must be the id of a lead', 0, 2_147_483_647).optional(),
	limit: rowLimit,
});
export type MemberFilter = z.output<typeof memberFilterSchema>;

/** A change of one membership. */
export const membershipPatchSchema = z.strictObject({ campaignId, leadId, membershipStatus });
export type MembershipPatch = z.output<typeof membershipPatchSchema>;

/** The requests as columns: one entry per lead, with the place of its request. */
export function toPairs(requests: readonly MembershipRequest[]) {
	const ordinals: number[] = [];
	const campaignIds: number[] = [];
	const leadIds: number[] = [];
	for (const [ordinal, request] of requests.entries()) {
		for (const leadId of request.leadIds) {
			ordinals.push(ordinal);
			campaignIds.push(request.campaignId);
			leadIds.push(leadId);
		}
	}
	return { ordinals, campaignIds, leadIds };
}

/** The rows of each request, in their order. */
export function groupByOrdinal<Row extends { ordinal: number }>(
	rows: readonly Row[],
): (ordinal: number) => Row[] {
	const groups = Map.groupBy(rows, ({ ordinal }) => ordinal);
	return (ordinal) => groups.get(ordinal) ?? [];
}
