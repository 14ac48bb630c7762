import { COMMUNICATION_TYPES, type CommunicationType } from '../../domain/communication/communication';
import { type LmaError, NotFoundError, ValidationError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadSuppressions, Suppress, Unsuppress } from '../../domain/outreach/suppression';
import type { Sql } from '../connection/client';
import { listSuppressions } from './list';

/**
 * Keeps leads from being contacted, and every lead that has their addresses now, in two statements. What is the
 * lead's own stays when its address changes, what is the address's stays when the lead is deleted; that an address has bounced
 * concerns the address alone: it fails for a type of which the lead has none, or, for all types, without any. An unknown lead fails alone. Can be repeated. Returns what holds then, in the order of the requests.
 */
export async function suppressLeads(
	sql: Sql,
	requests: readonly Suppress[],
): Promise<ItemResult<LeadSuppressions>[]> {
	const input = requests.map(({ leadId, communicationTypes, reason }, position) => ({
		position,
		lead_id: leadId,
		types: communicationTypes,
		is_any: communicationTypes.length === COMMUNICATION_TYPES.length,
		reason,
	}));
	const refused = await sql<{ position: number; types: CommunicationType[] }[]>`
		with known as materialized (
			-- In one order, before the foreign key locks them in that of the rows.
			select l.id, l.organization_id
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.id = any(${[...new Set(requests.map(({ leadId }) => leadId))]}::int[])
			order by l.id
			for key share
		), asked as materialized (
			select t.position, t.is_any, k.organization_id, k.id as lead_id, type, t.reason,
				lma.lead_address_key(k.id, type) as address_key
			from jsonb_to_recordset(${sql.json(input)}) as t(
				position int, lead_id int, types communication_type_enum[], is_any boolean, reason text)
			join known k on k.id = t.lead_id
			cross join unnest(t.types) as type
		), refused as materialized (
			select position, array_agg(type::text order by type) filter (where address_key is null) as types
			from asked
			where reason = 'address_bounced'
			group by position, is_any
			having case when is_any then bool_and(address_key is null) else bool_or(address_key is null) end
		), wanted as materialized (
			select distinct organization_id, lead_id, type, reason, address_key
			from asked
			where position not in (select r.position from refused r)
		), of_leads as (
			insert into suppressions (organization_id, communication_type, lead_id, reason, user_id)
			select organization_id, type, lead_id, reason, (select lma.actor_id())
			from wanted
			where reason <> 'address_bounced'
			order by lead_id, type, reason
			on conflict do nothing
		), of_addresses as (
			insert into suppressions (organization_id, communication_type, address_key, reason, user_id)
			select distinct organization_id, type, address_key, reason, (select lma.actor_id())
			from wanted
			where address_key is not null
			order by address_key, type, reason
			on conflict do nothing
		)
		select position, types
		from refused`;
	const typesOf = new Map(refused.map(({ position, types }) => [position, types]));
	const results = await listEach(sql, requests);
	return results.map((result, position) => {
		const types = typesOf.get(position);
		return types ? { error: withoutAddress(requests[position]?.leadId, types) } : result;
	});
}

function withoutAddress(leadId: number | undefined, types: readonly CommunicationType[]): LmaError {
	return new ValidationError(
		'communicationTypes',
		`Lead ${leadId} has no address that could have bounced for the type${types.length === 1 ? '' : 's'} ${types.join(', ')}`,
		'Choose types for which it has an address, which a meeting never has, or another reason.',
	);
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
