import { groupByOrdinal, type MembershipRequest, toPairs } from '../../domain/campaign/membership';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';

/** A lead that is not in a campaign any more, and whether it was until now. */
export interface RemovedLead {
	campaignId: number;
	leadId: number;
	removed: boolean;
}

/**
 * Takes leads out of campaigns in one statement. Answers every request with one row per lead, in the order asked; one
 * that is not in the campaign, or no longer there at all, is no error. An unknown campaign fails its request alone. Can
 * be repeated.
 */
export async function removeLeadsFromCampaigns(
	sql: Sql,
	requests: readonly MembershipRequest[],
): Promise<ItemResult<RemovedLead[]>[]> {
	const { ordinals, campaignIds, leadIds } = toPairs(requests);
	const rows = await sql<(RemovedLead & { ordinal: number; campaignKnown: boolean })[]>`
		with pair as materialized (
			select p.*, row_number() over (partition by campaign_id, lead_id order by position) = 1 as is_first
			from unnest(${ordinals}::int[], ${campaignIds}::int[], ${leadIds}::int[])
				with ordinality as p(ordinal, campaign_id, lead_id, position)
		), locked as materialized (
			-- In one order, so that two bulk writes cannot wait for each other.
			select m.id
			from campaign_leads m
			where m.organization_id = (select lma.current_organization_id())
				and (m.campaign_id, m.lead_id) in (select campaign_id, lead_id from pair)
			order by m.campaign_id, m.lead_id
			for update
		), gone as (
			delete from campaign_leads m
			using locked
			where m.organization_id = (select lma.current_organization_id())
				and m.id = locked.id
			returning m.campaign_id, m.lead_id
		)
		select
			p.ordinal, p.campaign_id, p.lead_id, c.id is not null as campaign_known,
			p.is_first and gone.lead_id is not null as removed
		from pair p
		left join campaigns c
			on c.organization_id = (select lma.current_organization_id())
			and c.id = p.campaign_id
		left join gone on gone.campaign_id = p.campaign_id and gone.lead_id = p.lead_id
		order by p.position`;
	const rowsOf = groupByOrdinal(rows);
	return requests.map((request, ordinal) => {
		const pairs = rowsOf(ordinal);
		if (pairs.some(({ campaignKnown }) => !campaignKnown)) {
			return { error: new NotFoundError('Campaign', request.campaignId) };
		}
		return { row: pairs.map(({ campaignId, leadId, removed }) => ({ campaignId, leadId, removed })) };
	});
}
