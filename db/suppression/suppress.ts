import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadSuppressions, Suppress, Unsuppress } from '../../domain/outreach/suppression';
import type { Sql } from '../connection/client';
import { listSuppressions } from './list';

/**
 * Keeps leads from being contacted, and every lead that has their addresses now, in two statements. What is the
 * lead's own stays when its address changes, what is the address's stays when the lead is deleted; that an address has bounced
 * concerns the address alone. An unknown lead fails alone. Can be repeated. Returns what holds then, in the order of the requests.
 */
export async function suppressLeads(
	sql: Sql,
	requests: readonly Suppress[],
): Promise<ItemResult<LeadSuppressions>[]> {
	const input = requests.map(({ leadId, communicationTypes, reason }) => ({
		lead_id: leadId,
		types: communicationTypes,
		reason,
	}));
	await sql`
		with known as materialized (
			-- In one order, before the foreign key locks them in that of the rows.
			select l.id, l.organization_id
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.id = any(${[...new Set(requests.map(({ leadId }) => leadId))]}::int[])
			order by l.id
			for key share
		), wanted as materialized (
			select distinct k.organization_id, k.id as lead_id, type, t.reason,
				lma.lead_address_key(k.id, type) as address_key
			from jsonb_to_recordset(${sql.json(input)}) as t(
				lead_id int, types communication_type_enum[], reason text)
			join known k on k.id = t.lead_id
			cross join unnest(t.types) as type
		), of_leads as (
			insert into suppressions (organization_id, communication_type, lead_id, reason, user_id)
			select organization_id, type, lead_id, reason, (select lma.actor_id())
			from wanted
			where reason <> 'address_bounced'
			order by lead_id, type, reason
			on conflict do nothing
		)
		insert into suppressions (organization_id, communication_type, address_key, reason, user_id)
		select distinct organization_id, type, address_key, reason, (select lma.actor_id())
		from wanted
		where address_key is not null
		order by address_key, type, reason
		on conflict do nothing`;
	return listEach(sql, requests);
}

/**
 * Lifts one reason for which leads must not be contacted by these types, of the leads and of the addresses they have now, in
 * two statements; other reasons stay. An unknown lead fails alone. Can be repeated. Returns what holds then, in the order of the requests.
 */
export async function unsuppressLeads(
	sql: Sql,
	requests: readonly Unsuppress[],
): Promise<ItemResult<LeadSuppressions>[]> {
	const input = requests.map(({ leadId, communicationTypes, reason }) => ({
		lead_id: leadId,
		types: communicationTypes,
		reason,
	}));
	await sql`
		with lifted as materialized (
			select distinct l.id as lead_id, type, t.reason,
				lma.lead_address_key(l.id, type) as address_key
			from jsonb_to_recordset(${sql.json(input)}) as t(
				lead_id int, types communication_type_enum[], reason text)
			join leads l
				on l.organization_id = (select lma.current_organization_id())
				and l.id = t.lead_id
			cross join unnest(t.types) as type
		), of_leads as (
			delete from suppressions s
			using lifted
			where s.organization_id = (select lma.current_organization_id())
				and s.lead_id = lifted.lead_id
				and s.communication_type = lifted.type
				and s.reason = lifted.reason
		)
		delete from suppressions s
		using lifted
		where s.organization_id = (select lma.current_organization_id())
			and s.address_key = lifted.address_key
			and s.communication_type = lifted.type
			and s.reason = lifted.reason`;
	return listEach(sql, requests);
}

async function listEach(
	sql: Sql,
	requests: readonly { leadId: number }[],
): Promise<ItemResult<LeadSuppressions>[]> {
	const byLead = await listSuppressions(
		sql,
		requests.map(({ leadId }) => leadId),
	);
	return requests.map(({ leadId }) => {
		const row = byLead.get(leadId);
		return row ? { row } : { error: new NotFoundError('Lead', leadId) };
	});
}
