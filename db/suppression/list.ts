import { COMMUNICATION_TYPES } from '../../domain/communication/communication';
import type { LeadSuppressions, Suppression } from '../../domain/outreach/suppression';
import type { Sql } from '../connection/client';

/**
 * What keeps leads from being contacted: of themselves, and of the addresses they have now. One statement; leads that are not
 * there are left out.
 */
export async function listSuppressions(
	sql: Sql,
	leadIds: readonly number[],
): Promise<Map<number, LeadSuppressions>> {
	const rows = await sql<({ leadId: number } & { [Key in keyof Suppression]: Suppression[Key] | null })[]>`
		with known as materialized (
			select l.*
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.id = any(${[...new Set(leadIds)]}::int[])
		)
		select l.id as lead_id, s.communication_type, s.reason, s.source, s.address_key is not null as is_of_address, s.user_id,
			s.created_at
		from known l
		left join lateral (
			select s.*
			from suppressions s
			where s.organization_id = (select lma.current_organization_id())
				and s.lead_id = l.id
			union all
			select s.*
			from unnest(${[...COMMUNICATION_TYPES]}::communication_type_enum[]) as type
			join suppressions s
				on s.organization_id = (select lma.current_organization_id())
				and s.address_key = lma.lead_address_key(l.id, type)
				and s.communication_type = type
		) s on true
		order by l.id, s.communication_type, s.reason, is_of_address`;
	const byLead = new Map<number, LeadSuppressions>();
	for (const { leadId, ...row } of rows) {
		const lead = byLead.get(leadId) ?? { leadId, blockedTypes: [], suppressions: [] };
		byLead.set(leadId, lead);
		if (!isSuppression(row)) continue;
		lead.suppressions.push(row);
		if (!lead.blockedTypes.includes(row.communicationType)) lead.blockedTypes.push(row.communicationType);
	}
	return byLead;
}

/** A lead that nothing keeps from being contacted has one row, of nulls. */
function isSuppression(row: { [Key in keyof Suppression]: Suppression[Key] | null }): row is Suppression {
	return row.communicationType !== null;
}
