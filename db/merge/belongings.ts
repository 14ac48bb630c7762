import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';

interface Belongings {
	leadId: number;
	communications: number;
	notes: number;
	campaignIds: number[];
}

/** How much would move, for each preview. */
export async function countBelongings(sql: Sql, ids: readonly number[]) {
	const rows = await sql<Belongings[]>`
		select l.id as lead_id,
			(
				select count(*)::int
				from communications c
				where c.organization_id = (select lma.current_organization_id()) and c.lead_id = l.id
			) as communications,
			(
				select count(*)::int
				from lead_notes n
				where n.organization_id = (select lma.current_organization_id()) and n.lead_id = l.id
			) as notes,
			array(
				select m.campaign_id
				from campaign_leads m
				where m.organization_id = (select lma.current_organization_id()) and m.lead_id = l.id
			) as campaign_ids
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(ids)]}::int[])`;
	const byLead = new Map(rows.map((row) => [row.leadId, row]));
	return (survivor: Lead, duplicates: readonly Lead[]) => {
		const belongings = duplicates.flatMap((lead) => byLead.get(lead.id) ?? []);
		const sum = (count: (row: Belongings) => number) =>
			belongings.reduce((total, row) => total + count(row), 0);
		const own = byLead.get(survivor.id)?.campaignIds ?? [];
		const campaigns = new Set(belongings.flatMap((row) => row.campaignIds));
		return {
			communicationsMoved: sum((row) => row.communications),
			notesMoved: sum((row) => row.notes),
			campaignsMoved: [...campaigns].filter((campaign) => !own.includes(campaign)).length,
		};
	};
}
