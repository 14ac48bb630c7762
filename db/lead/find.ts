import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { leadColumns } from './tableColumns';

export type FoundLead = Lead & {
	/** The id that was asked for, where that lead was merged into this one. */
	redirectedFromId: number | null;
};

/**
 * Finds leads by id, one result per id in the same order. The id of a lead that was merged into another leads there. One statement,
 * and another when a lead is not there.
 */
export async function findLeads(sql: Sql, ids: readonly number[]): Promise<ItemResult<FoundLead>[]> {
	const rows = await sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(ids)]}::int[])`;
	const byId = new Map(rows.map((row): [number, FoundLead] => [row.id, { ...row, redirectedFromId: null }]));
	const missing = ids.filter((leadId) => !byId.has(leadId));
	for (const row of await findSurvivors(sql, missing)) byId.set(row.redirectedFromId, row);
	return resultsById('Lead', ids, byId);
}

async function findSurvivors(sql: Sql, ids: readonly number[]) {
	if (ids.length === 0) return [];
	return await sql<(Lead & { redirectedFromId: number })[]>`
		select ${leadColumns(sql, 'l')}, m.lead_id as redirected_from_id
		from lma.merged_leads m
		join lma.lead_merges e
			on e.organization_id = (select lma.current_organization_id()) and e.id = m.merge_id
		join leads l
			on l.organization_id = (select lma.current_organization_id()) and l.id = e.current_lead_id
		where m.organization_id = (select lma.current_organization_id())
			and m.lead_id = any(${[...new Set(ids)]}::int[])`;
}
