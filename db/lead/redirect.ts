import type { Sql } from '../connection/client';

/** Where leads that were merged went: by the id of a duplicate the lead that has its history now. */
export async function findRedirects(sql: Sql, ids: readonly number[]): Promise<Map<number, number>> {
	if (ids.length === 0) return new Map();
	const rows = await sql<{ leadId: number; currentLeadId: number }[]>`
		select m.lead_id, e.current_lead_id
		from lma.merged_leads m
		join lma.lead_merges e
			on e.organization_id = (select lma.current_organization_id()) and e.id = m.merge_id
		where m.organization_id = (select lma.current_organization_id())
			and m.lead_id = any(${[...new Set(ids)]}::int[])`;
	return new Map(rows.map(({ leadId, currentLeadId }) => [leadId, currentLeadId]));
}
