import { mergeFields } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadPatch, LeadStatusChange } from '../../domain/lead/input';
import type { LeadStatus } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { toRecord } from '../connection/record';
import { leadColumns, PATCHED_COLUMNS } from './tableColumns';
import { changedCustomFields, writeCheckedCustomFields } from './customFields';
import { writeKnownOwners } from './knownOwner';

type PatchedLead = Lead & { previousStatus: LeadStatus };
type PatchedRow = PatchedLead & { askedId: number; ownerUnknown: number | null; isFound: boolean };

/**
 * Changes leads in one statement, or two when a lead has several patches that name owners; one more for custom fields, which
 * are checked by the register of the organization. Patches of the same lead
 * act in order; each answers with the final row. An unknown lead or owner fails that patch alone. Can be repeated.
 */
export async function updateLeads(sql: Sql, patches: readonly LeadPatch[]): Promise<ItemResult<Lead>[]> {
	return await writeCheckedCustomFields(sql, patches, {}, async (checked) => {
		const isMerged = new Set(checked.map(({ id }) => id)).size < checked.length;
		if (isMerged) return await writeKnownOwners(sql, checked, (known) => writePatches(sql, known));
		return await writePatches(sql, checked);
	});
}

async function writePatches(sql: Sql, patches: readonly LeadPatch[]): Promise<ItemResult<Lead>[]> {
	const rows = await patchLeads(sql, patches);
	return patches.map(({ id }) => {
		const result = rows.get(id) ?? { error: new NotFoundError('Lead', id) };
		if (result.error) return result;
		const { previousStatus: _, ...row } = result.row;
		return { row };
	});
}

/** Moves leads along the pipeline. Says what the status was before. Otherwise like `updateLeads`. */
export async function changeLeadStatus(
	sql: Sql,
	changes: readonly LeadStatusChange[],
): Promise<ItemResult<Lead & { previousStatus: LeadStatus }>[]> {
	const rows = await patchLeads(sql, changes);
	return changes.map(({ id }) => rows.get(id) ?? { error: new NotFoundError('Lead', id) });
}

function toResult({ askedId, ownerUnknown, isFound, ...row }: PatchedRow): ItemResult<PatchedLead> {
	if (ownerUnknown !== null) return { error: new NotFoundError('User', ownerUnknown) };
	return isFound ? { row } : { error: new NotFoundError('Lead', askedId) };
}

async function patchLeads(
	sql: Sql,
	patches: readonly LeadPatch[],
): Promise<Map<number, ItemResult<PatchedLead>>> {
	const merged = new Map<number, Omit<LeadPatch, 'id'>>();
	for (const { id, ...fields } of patches) merged.set(id, mergeFields(merged.get(id), fields));
	const input = [...merged].map(([id, fields]) => ({ id, fields: toRecord(fields) }));
	const rows = await sql<PatchedRow[]>`
		with input as materialized (
			select
				(item ->> 'id')::int as id,
				item -> 'fields' as fields,
				(item #>> '{fields,assigned_to_id}')::int as owner_id,
				u.id is not null or (item #>> '{fields,assigned_to_id}') is null as owner_known
			from jsonb_array_elements(${sql.json(input)}) as item
			left join users u on u.id = (item #>> '{fields,assigned_to_id}')::int
		), locked as materialized (
			-- In one order, so that two bulk updates cannot wait for each other.
			select id, status
			from leads
			where id in (select id from input where owner_known)
			order by id
			for no key update
		), updated as (
			update leads l
			set (${sql(PATCHED_COLUMNS)}, custom_fields) = (
				select ${sql(PATCHED_COLUMNS.map((column) => `r.${column}`))}, ${changedCustomFields(sql, 'input.fields')}
				from jsonb_populate_record(l, input.fields) as r
			)
			from input
			join locked using (id)
			where l.id = input.id
			returning l.*, locked.status as previous_status
		)
		select
			${leadColumns(sql, 'updated')}, updated.previous_status, input.id as asked_id, updated.id is not null as is_found,
			case when not input.owner_known then input.owner_id end as owner_unknown
		from input
		left join updated using (id)`;
	return new Map(rows.map((row) => [row.askedId, toResult(row)]));
}
