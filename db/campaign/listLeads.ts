import { groupByOrdinal, type MemberFilter, type Membership } from '../../domain/campaign/membership';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { leadColumns } from '../lead/tableColumns';

/** A lead that is in a campaign. */
export type CampaignLead = Membership & {
	/** When the status of the membership last changed. */
	updatedAt: string;
	lead: Lead;
};

/** A lead with its membership beside; no campaign where it is unknown, no lead where it has none to list. */
type MemberRow = Lead & {
	ordinal: number;
	campaignId: number | null;
	memberId: number | null;
	memberStatus: string;
	memberAddedAt: string;
	memberUpdatedAt: string;
};

/**
 * Lists the leads of campaigns by lead id, in one statement for all requests: an index has them in that order, also those of
 * one status, and no more are read than are asked for. The id of the last one is where the next page goes on, whatever is
 * added or removed meanwhile. An unknown campaign fails its request alone.
 */
export async function listCampaignLeads(
	sql: Sql,
	filters: readonly MemberFilter[],
): Promise<ItemResult<CampaignLead[]>[]> {
	const input = filters.map(({ campaignId, membershipStatuses, afterLeadId = 0, limit }, ordinal) => ({
		ordinal,
		campaign_id: campaignId,
		statuses: membershipStatuses ? [...new Set(membershipStatuses)] : null,
		after_lead_id: afterLeadId,
		row_limit: limit,
	}));
	const members = (isOfStatus: boolean) => sql`
		select m.lead_id, m.status, m.added_at, m.updated_at
		from campaign_leads m
		where m.organization_id = (select lma.current_organization_id())
			and m.campaign_id = i.campaign_id
			-- Together, as an index has them: by lead alone, those of all other campaigns would be walked through.
			and ${
				isOfStatus
					? sql`m.status = wanted.status
						and (m.campaign_id, m.status, m.lead_id) > (i.campaign_id, wanted.status, i.after_lead_id)
						order by m.organization_id, m.campaign_id, m.status, m.lead_id`
					: sql`i.statuses is null
						and (m.campaign_id, m.lead_id) > (i.campaign_id, i.after_lead_id)
						order by m.organization_id, m.campaign_id, m.lead_id`
			}
		limit i.row_limit`;
	const rows = await sql<MemberRow[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)})
				as i(ordinal int, campaign_id int, statuses text[], after_lead_id int, row_limit bigint)
		)
		select
			i.ordinal, c.id as campaign_id, page.lead_id as member_id, page.status as member_status,
			page.added_at as member_added_at, page.updated_at as member_updated_at, ${leadColumns(sql, 'l')}
		from input i
		left join campaigns c
			on c.organization_id = (select lma.current_organization_id())
			and c.id = i.campaign_id
		left join lateral (
			select *
			from (
				(${members(false)})
				union all
				-- Each status by itself: the index has its members in order.
				select of_status.*
				from unnest(i.statuses) as wanted(status)
				cross join lateral (${members(true)}) of_status
			) every
			order by lead_id
			limit i.row_limit
		) page on true
		left join leads l
			on l.organization_id = (select lma.current_organization_id())
			and l.id = page.lead_id
		order by i.ordinal, page.lead_id`;
	const rowsOf = groupByOrdinal(rows);
	return filters.map(({ campaignId }, ordinal) => {
		const found = rowsOf(ordinal);
		if (found[0]?.campaignId == null) return { error: new NotFoundError('Campaign', campaignId) };
		return { row: found.filter(({ memberId }) => memberId !== null).map(toMember) };
	});
}

function toMember({
	ordinal: _,
	campaignId,
	memberId,
	memberStatus,
	memberAddedAt,
	memberUpdatedAt,
	...lead
}: MemberRow): CampaignLead {
	return {
		campaignId: Number(campaignId),
		leadId: Number(memberId),
		status: memberStatus,
		addedAt: memberAddedAt,
		updatedAt: memberUpdatedAt,
		lead,
	};
}
