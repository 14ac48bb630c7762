import { mergeFields } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadPatch } from '../../domain/lead/input';
import type { LeadStatus } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { toRecord } from '../connection/record';
import { changedCustomFields } from './customFields';
import { explainRefusals } from './knownOwner';
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
	const input = [...merged].map(([id, fields]) => ({ lead_id: id, fields: toRecord(fields) }));
	const rows = await sql<PatchedRow[]>`
		with target as materialized (
			select
				t.lead_id, t.fields,
				(t.fields ->> 'assigned_to_id')::int as owner_id,
				t.fields ->> 'assigned_to_id' is null or coalesce(u.is_active, false) as owner_active
			from jsonb_to_recordset(${sql.json(input)}) as t(lead_id int, fields jsonb)
			left join users u on u.id = (t.fields ->> 'assigned_to_id')::int
		), ${patchedTargets(sql)}
		select
			${leadColumns(sql, 'patched_lead')}, patched_lead.previous_status, patched_lead.is_changed,
			target.lead_id as asked_id, patched_lead.id is not null as is_found,
			case when not coalesce(patched_lead.owner_fit, target.owner_active) then target.owner_id end as owner_refused
		from target
		left join patched_lead on patched_lead.id = target.lead_id`;
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
 * Patches the leads of a table `target` with `lead_id`, each of them once, `fields`, `owner_id` and `owner_active`, as parts of a
 * `with`. Its last, `patched_lead`, has those that are there as they are now, with `previous_status`, `is_changed` and
 * `owner_fit`: a lead keeps the owner that it has, active or not, but gets none that is not active.
 */
export function patchedTargets(sql: Sql) {
	const columns = [...PATCHED_COLUMNS, 'custom_fields'];
	const of = (table: string) => sql(columns.map((column) => `${table}.${column}`));
	// What is compared is the row as it was locked: the statement itself may have begun before somebody else's change.
	return sql`
		locked as materialized (
			-- In one order, so that two bulk updates cannot wait for each other.
			select l.*, l as lead
			from leads l
			where l.id in (select lead_id from target)
			order by l.id
			for no key update of l
		), wanted as materialized (
			select
				locked.id, locked.status as previous_status,
				target.owner_active or coalesce(locked.assigned_to_id = target.owner_id, false) as owner_fit,
				${sql(PATCHED_COLUMNS.map((column) => `r.${column}`))},
				${changedCustomFields(sql, 'target.fields')} as custom_fields
			from target
			join locked on locked.id = target.lead_id
			cross join lateral jsonb_populate_record(locked.lead, target.fields) as r
		), patch as materialized (
			select wanted.*, wanted.owner_fit and (${of('wanted')}) is distinct from (${of('locked')}) as is_changed
			from wanted
			join locked using (id)
		), updated as (
			update leads l
			set (${sql(columns)}) = row(${of('patch')})
			from patch
			where l.id = patch.id
				and patch.is_changed
			returning l.*
		), patched_lead as (
			select ${leadColumns(sql, 'updated')}, patch.previous_status, patch.is_changed, patch.owner_fit
			from updated
			join patch using (id)
			union all
			select ${leadColumns(sql, 'locked')}, patch.previous_status, patch.is_changed, patch.owner_fit
			from locked
			join patch using (id)
			where not patch.is_changed
		)`;
}
