import { createdCustomFields, mergeFields, missingField } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { UpsertLead } from '../../domain/lead/input';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { toRecord } from '../connection/record';
import { insertFrom, leadColumns, PATCHED_COLUMNS } from './tableColumns';
import { changedCustomFields, writeCheckedCustomFields } from './customFields';
import { writeKnownOwners } from './knownOwner';

export type UpsertedLead = Lead & { action: 'created' | 'updated' };

/** A row of the statement. With another action than these two, or none, there is no lead in it. */
type WrittenLead = Lead & {
	action: 'created' | 'updated' | 'ownerUnknown' | `${typeof MISSING}${string}` | null;
};

/** Begins the action of a lead that cannot be created, before the key of the required custom field that it lacks. */
const MISSING = 'missing:';

/** The addresses of an organization share this many locks, so that a batch of any size needs no more of them. */
const LOCK_STRIPES = 256;

/**
 * Creates the leads whose address the organization does not have yet (letter case does not matter) and updates the
 * others, in two statements, or three when inputs with one address name owners. Of several leads with one address the oldest is updated. Inputs with the same address
 * act in order: the first may create, the later ones update. Safe when several upsert the same address at once.
 * A new lead without a value for a required custom field is refused. Can be repeated.
 */
export async function upsertLeads(
	sql: Sql,
	leads: readonly UpsertLead[],
): Promise<ItemResult<UpsertedLead>[]> {
	return await writeCheckedCustomFields(sql, leads, {}, async (checked) => {
		const isMerged = new Set(checked.map(({ email }) => email.toLowerCase())).size < checked.length;
		if (isMerged) return await writeKnownOwners(sql, checked, (known) => upsertAddresses(sql, known));
		return await upsertAddresses(sql, checked);
	});
}

async function upsertAddresses(sql: Sql, leads: readonly UpsertLead[]): Promise<ItemResult<UpsertedLead>[]> {
	const merged = mergeByAddress(leads);
	const addresses = [...merged.keys()];
	// A statement of its own: the next one must see what the previous holder of the lock has committed.
	const locked = sql`
		select pg_advisory_xact_lock(hashtext('lma.upsertLeads') # (select lma.current_organization_id()), stripe)
		from (
			select distinct hashtext(key) & ${LOCK_STRIPES - 1} as stripe
			from jsonb_array_elements_text(${sql.json(addresses)}) as key
			order by stripe
		) as stripes`.execute();
	const [, rows] = await Promise.all([locked, writeLeads(sql, merged)]);

	const byAddress = new Map([...merged.keys()].map((key, index) => [key, rows[index]]));
	const seen = new Set<string>();
	return leads.map(({ email, assignedToId }) => {
		const key = email.toLowerCase();
		const row = byAddress.get(key);
		if (row?.action === 'ownerUnknown') return { error: new NotFoundError('User', assignedToId ?? 0) };
		if (row?.action?.startsWith(MISSING)) {
			return { error: missingField({ key: row.action.slice(MISSING.length) }) };
		}
		if (!isWritten(row)) throw new LeadVanished();
		if (seen.has(key)) return { row: { ...row, action: 'updated' } };
		seen.add(key);
		return { row };
	});
}

/** Somebody deleted a lead between the statement's first look and its lock: as after a conflict, the work is done again. */
class LeadVanished extends Error {
	readonly code = '40001';

	constructor() {
		super('A lead was deleted while it was being updated');
	}
}

function isWritten(row: WrittenLead | undefined): row is UpsertedLead {
	return row?.action === 'created' || row?.action === 'updated';
}

/** Later fields win; what only an earlier input sets is kept. */
function mergeByAddress(leads: readonly UpsertLead[]): Map<string, UpsertLead> {
	const merged = new Map<string, UpsertLead>();
	for (const lead of leads) {
		const key = lead.email.toLowerCase();
		merged.set(key, mergeFields(merged.get(key), lead));
	}
	return merged;
}

function writeLeads(sql: Sql, merged: Map<string, UpsertLead>) {
	const input = [...merged].map(([key, fields]) => ({
		key,
		fields: toRecord(fields),
		...(fields.customFieldChanges && { created: toRecord({ customFields: createdCustomFields(fields) }) }),
	}));
	// Conditions on boolean columns, not on nulls: PostgreSQL guesses that half of the rows meet the former and one in
	// two hundred the latter, and for few rows it compares every input with every other.
	return sql<WrittenLead[]>`
		with input as materialized (
			select
				e.ordinal,
				e.item ->> 'key' as key,
				e.item -> 'fields' as fields,
				e.item -> 'created' as created,
				u.id is not null or (e.item #>> '{fields,assigned_to_id}') is null as owner_known
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			left join users u on u.id = (e.item #>> '{fields,assigned_to_id}')::int
		), existing as materialized (
			select i.ordinal, i.fields, oldest.id
			from input i
			cross join lateral (
				select l.id
				from leads l
				where l.organization_id = (select lma.current_organization_id())
					and l.email_key = i.key
				order by l.id
				limit 1
			) oldest
			where i.owner_known
		), locked as materialized (
			select id
			from leads
			where id in (select id from existing)
			order by id
			for no key update
		), updated as (
			update leads l
			set (${sql(PATCHED_COLUMNS)}, custom_fields) = (
				select ${sql(PATCHED_COLUMNS.map((column) => `r.${column}`))}, ${changedCustomFields(sql, 'existing.fields')}
				from jsonb_populate_record(l, existing.fields) as r
			)
			from existing
			join locked using (id)
			where l.id = existing.id
			returning existing.ordinal, l.*
		), required as materialized (
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
			where i.owner_known
				and not exists (select from existing where existing.ordinal = i.ordinal)
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
			select ordinal, ${leadColumns(sql, 'updated')}, 'updated' as action
			from updated
			union all
			select fresh.ordinal, ${leadColumns(sql, 'c')}, 'created'
			from (select *, ${ordinalPlace(sql, 'id')} from created) c
			join fresh using (place)
			union all
			select ordinal, ${leadColumns(sql, 'absent')}, ${MISSING}::text || missing_key
			from absent
			where not is_complete
		)
		select ${leadColumns(sql, 'written')}, case when input.owner_known then written.action else 'ownerUnknown' end as action
		from input
		left join written using (ordinal)
		order by input.ordinal`;
}
