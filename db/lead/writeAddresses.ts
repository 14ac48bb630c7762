import { createdCustomFields } from '../../domain/customField/checkedCustomFields';
import type { UpsertLead } from '../../domain/lead/input';
import type { Lead } from '../../domain/lead/lead';
import { addressHolder } from '../address/addressHolder';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { toRecord } from '../connection/record';
import { namedOwners } from './knownOwner';
import { patchedTargets } from './patchLeads';
import { insertFrom, leadColumns } from './tableColumns';

/** A row of the statement. With another action than the first two, or none, there is no lead in it. */
export type WrittenLead = Lead & {
	action: 'created' | 'updated' | 'ownerRefused' | typeof SHARED | `${typeof MISSING}${string}` | null;
	changed: boolean;
	/** The lead that has the address, or that it leads to. */
	holderId: number | null;
	/** The address is that of a lead which was merged into this one. */
	isRedirected: boolean;
};

/** Begins the action of a lead that cannot be created, before the key of the required custom field that it lacks. */
export const MISSING = 'missing:';
/** The action of a lead that several of the addresses lead to. */
export const SHARED = 'shared';

/**
 * Creates and updates leads by their addresses, in one statement; see `upsertLeads`. One row per address, in their order.
 *
 * @param merged the fields by address, in lower case
 */
export function writeAddresses(sql: Sql, merged: ReadonlyMap<string, UpsertLead>) {
	const input = [...merged].map(([key, fields]) => ({
		key,
		fields: toRecord(fields),
		...(fields.customFieldChanges && { created: toRecord({ customFields: createdCustomFields(fields) }) }),
	}));
	// Conditions on boolean columns, not on nulls: PostgreSQL guesses that half of the rows meet the former and one in
	// two hundred the latter, and for few rows it compares every input with every other.
	return sql<WrittenLead[]>`
		with given as materialized (
			select
				e.ordinal,
				e.item ->> 'key' as key,
				e.item -> 'fields' as fields,
				e.item -> 'created' as created,
				(e.item #>> '{fields,assigned_to_id}')::int as owner_id,
				e.item #>> '{fields,assigned_to_id}' is null or coalesce(u.is_active, false) as owner_active
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			left join lma.hold_owners(${namedOwners(merged.values())}::int[]) u on u.id = (e.item #>> '{fields,assigned_to_id}')::int
		), input as materialized (
			select
				given.*, holder.lead_id as holder_id, holder.lead_id is not null as is_there,
				coalesce(holder.is_redirected, false) as is_redirected,
				holder.lead_id is not null and count(*) over (partition by holder.lead_id) > 1 as is_shared
			from given
			left join lateral (${addressHolder(sql, 'given.key')}) holder on true
		), target as materialized (
			select
				ordinal, case when not is_shared then holder_id end as lead_id, owner_id, owner_active,
				case when is_redirected then fields - 'email' else fields end as fields
			from input
		), ${patchedTargets(sql)}, required as materialized (
			select array_agg(f.key order by f.position, f.id) as keys
			from custom_field_definitions f
			where f.organization_id = (select lma.current_organization_id())
				and f.entity = 'lead'
				and f.is_required
		), absent as materialized (
			select i.ordinal, t.*, lacking.key as missing_key, lacking.key is null as is_complete
			from input i
			cross join required
			cross join lateral jsonb_populate_record(null::leads, i.fields || coalesce(i.created, '{}')) as t
			cross join lateral (
				select min(r.key) as key
				from unnest(required.keys) as r(key)
				where not coalesce(t.custom_fields ? r.key, false)
			) lacking
			where i.owner_active
				and not i.is_there
		), fresh as materialized (
			select *, ${ordinalPlace(sql, 'ordinal')}
			from absent
			where is_complete
		), created as (
			${insertFrom(sql)}
			from fresh
			order by ordinal
			returning *
		), written as (
			select p.ordinal, ${leadColumns(sql, 'p')},
				case when p.owner_fit then 'updated' else 'ownerRefused' end as action, p.is_changed as changed
			from patched_lead p
			union all
			select fresh.ordinal, ${leadColumns(sql, 'c')}, 'created', true
			from (select *, ${ordinalPlace(sql, 'id')} from created) c
			join fresh using (place)
			union all
			select ordinal, ${leadColumns(sql, 'absent')}, ${MISSING}::text || missing_key, false
			from absent
			where not is_complete
		)
		select
			${leadColumns(sql, 'written')}, written.changed, input.holder_id, input.is_redirected,
			case
				when input.is_shared then ${SHARED}
				when not input.is_there and not input.owner_active then 'ownerRefused'
				else written.action
			end as action
		from input
		left join written using (ordinal)
		order by input.ordinal`;
}
