import { mergeFields } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadPatch } from '../../domain/lead/input';
import type { LeadStatus } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { toRecord } from '../connection/record';
import { changedCustomFields } from './customFields';
import { explainRefusals, namedOwners } from './knownOwner';
import { leadColumns, PATCHED_COLUMNS } from './tableColumns';

/** A lead as it is now, and what of it the patch changed. */
export interface PatchedLead {
	lead: Lead;
	previousStatus: LeadStatus;
	/** False when the lead had all these values already, and was left as it is. */
	isChanged: boolean;
}

type PatchedRow = Lead & {
	askedId: number;
	previousStatus: LeadStatus;
	isChanged: boolean;
	isFound: boolean;
	ownerRefused: number | null;
};

/**
 * Changes leads in one statement, and by their ids says what became of them; several patches of a lead act in order. A lead whose values
 * stay the same is not written. An unknown lead fails alone, as does one whose new owner is unknown or not active; then a
 * second statement says which.
 */
export async function patchLeads(
	sql: Sql,
	patches: readonly LeadPatch[],
): Promise<Map<number, ItemResult<PatchedLead>>> {
	const merged = new Map<number, Omit<LeadPatch, 'id'>>();
	for (const { id, ...fields } of patches) merged.set(id, mergeFields(merged.get(id), fields));
	const input = [...merged].map(([id, fields], ordinal) => ({
		ordinal,
		lead_id: id,
		fields: toRecord(fields),
	}));
	const rows = await sql<PatchedRow[]>`
		with target as materialized (
			select
				t.ordinal, t.lead_id, t.fields,
				(t.fields ->> 'assigned_to_id')::int as owner_id,
				t.fields ->> 'assigned_to_id' is null or coalesce(u.is_active, false) as owner_active
			from jsonb_to_recordset(${sql.json(input)}) as t(ordinal int, lead_id int, fields jsonb)
			left join lma.hold_owners(${namedOwners(merged.values())}::int[]) u on u.id = (t.fields ->> 'assigned_to_id')::int
		), ${patchedTargets(sql)}
		select
			${leadColumns(sql, 'patched_lead')}, patched_lead.previous_status, patched_lead.is_changed,
			target.lead_id as asked_id, patched_lead.id is not null as is_found,
			case when not coalesce(patched_lead.owner_fit, target.owner_active) then target.owner_id end as owner_refused
		from target
		left join patched_lead using (ordinal)`;
	const results = new Map(rows.map((row) => [row.askedId, toResult(row)]));
	const refused = new Map(
		rows.flatMap(({ askedId, ownerRefused }) => (ownerRefused === null ? [] : [[askedId, ownerRefused]])),
	);
	for (const [id, refusal] of await explainRefusals(sql, refused)) results.set(id, refusal);
	return results;
}

function toResult({
	askedId,
	isFound,
	ownerRefused: _,
	previousStatus,
	isChanged,
	...lead
}: PatchedRow): ItemResult<PatchedLead> {
	return isFound
		? { row: { lead, previousStatus, isChanged } }
		: { error: new NotFoundError('Lead', askedId) };
}

/**
 * Patches the leads of a table `target` with `ordinal`, `lead_id`, each of them once, `fields`, `owner_id` and `owner_active`, as
 * parts of a `with`. Its last, `patched_lead`, has those that are there as they are now, with `ordinal`, `previous_status`,
 * `is_changed` and `owner_fit`: a lead keeps the owner that it has, active or not, but gets none that is not active.
 */
export function patchedTargets(sql: Sql) {
	const next = PATCHED_COLUMNS.map((column) => sql`(patch.next).${sql(column)}, `);
	// What is compared is the row as it was locked: the statement itself may have begun before somebody else's change. Two of these
	// sets are never joined, and leads are looked up one by one: PostgreSQL, which takes ten thousand rows of an input for a
	// hundred, and leads for as few as there were at its last look, would compare each with every other.
	return sql`
		locked as materialized (
			select
				l.*, target.ordinal, target.fields,
				target.owner_active or coalesce(l.assigned_to_id = target.owner_id, false) as owner_fit
			-- In one order, so that two bulk updates cannot wait for each other.
			from (select * from target order by lead_id) target
			cross join lateral (
				select l.*, l as lead
				from leads l
				where l.id = target.lead_id
				for no key update
			) l
		), patch as materialized (
			select
				locked.*, r as next, f.custom_fields as next_custom_fields,
				owner_fit
					and (${columnsOf(sql, 'r')}, f.custom_fields) is distinct from (${columnsOf(sql, 'locked')}, locked.custom_fields)
					as is_changed
			from locked
			cross join lateral jsonb_populate_record(locked.lead, locked.fields) as r
			cross join lateral (select ${changedCustomFields(sql, 'locked.fields')} as custom_fields) f
		), updated as (
			update leads l
			set (${sql(PATCHED_COLUMNS)}, custom_fields) = row(${next} patch.next_custom_fields)
			from patch
			where l.id = patch.id
				and patch.is_changed
			returning l.*, patch.ordinal, patch.status as previous_status, true as is_changed, true as owner_fit
		), patched_lead as (
			select ${leadColumns(sql, 'updated')}, ordinal, previous_status, is_changed, owner_fit
			from updated
			union all
			select ${leadColumns(sql, 'patch')}, ordinal, status, is_changed, owner_fit
			from patch
			where not is_changed
		)`;
}

function columnsOf(sql: Sql, table: string) {
	return sql(PATCHED_COLUMNS.map((column) => `${table}.${column}`));
}
