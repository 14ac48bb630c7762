import type { Campaign } from '../../domain/campaign/campaign';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { campaignColumns } from './columns';

/** A campaign and how many leads are in it. */
export type CountedCampaign = Campaign & { leadCount: number };

/** Finds campaigns by id in one statement, one result per id in the same order. Counts their leads one by one. */
export async function findCampaigns(
	sql: Sql,
	ids: readonly number[],
): Promise<ItemResult<CountedCampaign>[]> {
	const rows = await sql<CountedCampaign[]>`
		select ${campaignColumns(sql, 'c')}, members.lead_count
		from campaigns c
		cross join lateral (
			select count(*)::int as lead_count
			from campaign_leads m
			where m.organization_id = (select lma.current_organization_id())
				and m.campaign_id = c.id
		) members
		where c.organization_id = (select lma.current_organization_id())
			and c.id = any(${[...new Set(ids)]}::int[])`;
	return resultsById('Campaign', ids, new Map(rows.map((row) => [row.id, row])));
}
