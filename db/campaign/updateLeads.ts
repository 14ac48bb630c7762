import type { Membership, MembershipPatch } from '../../domain/campaign/membership';
import { ConflictError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';

/** A membership after its change. */
export type ChangedMembership = Membership & {
	updatedAt: string;
	/** The status that it had before. */
	previousStatus: string;
	/** False when it had this status already, and nothing was written. */
	changed: boolean;
};

type ChangedRow = ChangedMembership & { campaignKnown: boolean; memberKnown: boolean };

/**
 * Changes the status of leads in campaigns, in one statement. Of several changes of one membership the last one stays, and
 * each answers with it. A status that is there already leaves the membership untouched. An unknown campaign, or a lead that is
 * not in it, fails alone. Can be repeated.
 */
export async function updateCampaignLeads(
	sql: Sql,
	patches: readonly MembershipPatch[],
): Promise<ItemResult<ChangedMembership>[]> {
	const last = new Map(patches.map((patch) => [keyOf(patch), patch]));
	const input = [...last.values()].map(({ campaignId, leadId, membershipStatus }) => ({
		campaign_id: campaignId,
		lead_id: leadId,
		status: membershipStatus,
	}));
	const rows = await sql<ChangedRow[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)}) as i(campaign_id int, lead_id int, status text)
		), locked as materialized (
			-- In one order, so that two bulk writes cannot wait for each other.
			select m.id, m.campaign_id, m.lead_id, m.status, m.added_at, m.updated_at
			from campaign_leads m
			where m.organization_id = (select lma.current_organization_id())
				and (m.campaign_id, m.lead_id) in (select campaign_id, lead_id from input)
			order by m.campaign_id, m.lead_id
			for no key update
		), written as (
			update campaign_leads m
			set status = input.status
			from locked
			join input using (campaign_id, lead_id)
			where m.organization_id = (select lma.current_organization_id())
				and m.id = locked.id
				and locked.status <> input.status
			returning m.campaign_id, m.lead_id, m.status, m.updated_at
		)
		select
			input.campaign_id, input.lead_id, locked.added_at, locked.status as previous_status,
			c.id is not null as campaign_known, locked.id is not null as member_known, w.lead_id is not null as changed,
			coalesce(w.status, locked.status) as status, coalesce(w.updated_at, locked.updated_at) as updated_at
		from input
		left join campaigns c
			on c.organization_id = (select lma.current_organization_id())
			and c.id = input.campaign_id
		left join locked on locked.campaign_id = input.campaign_id and locked.lead_id = input.lead_id
		left join written w on w.campaign_id = input.campaign_id and w.lead_id = input.lead_id`;
	const byKey = new Map(rows.map((row) => [keyOf(row), row]));
	return patches.map((patch) => toResult(patch, byKey.get(keyOf(patch))));
}

function keyOf({ campaignId, leadId }: { campaignId: number; leadId: number }): string {
	return `${campaignId} ${leadId}`;
}

function toResult(
	{ campaignId, leadId }: MembershipPatch,
	found: ChangedRow | undefined,
): ItemResult<ChangedMembership> {
	if (!found?.campaignKnown) return { error: new NotFoundError('Campaign', campaignId) };
	if (!found.memberKnown) {
		return {
			error: new ConflictError(
				`Lead ${leadId} is not in campaign ${campaignId}`,
				'Add it with Add Leads first, or correct the lead or the campaign.',
			),
		};
	}
	const { status, addedAt, updatedAt, previousStatus, changed } = found;
	return { row: { campaignId, leadId, status, addedAt, updatedAt, previousStatus, changed } };
}
