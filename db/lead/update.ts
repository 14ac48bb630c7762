import type { AsRead } from '../../domain/customField/checkedCustomFields';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { LeadPatch, LeadStatusChange } from '../../domain/lead/input';
import type { LeadStatus } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { writeCheckedCustomFields, type Written } from './customFields';
import { ownersOfLeads, writeKnownOwners } from './knownOwner';
import { patchLeads } from './patchLeads';

/**
 * Changes leads in one statement, or a few when a lead has several patches that name owners; one more for custom fields, which
 * are checked by the register of the organization. Patches of the same lead
 * act in order; each answers with the final row. A lead whose values stay the same is not touched. An unknown lead fails that
 * patch alone, as does an owner who is unknown or not active, save one whose lead it is. Can be repeated.
 */
export async function updateLeads(
	sql: Sql,
	patches: readonly AsRead<LeadPatch>[],
): Promise<ItemResult<Written<Lead>>[]> {
	return await writeCheckedCustomFields<LeadPatch, Lead>(sql, patches, {}, async (checked) => {
		const isMerged = new Set(checked.map(({ id }) => id)).size < checked.length;
		if (!isMerged) return await writePatches(sql, checked);
		return await writeKnownOwners(sql, checked, ownersOfLeads, (known) => writePatches(sql, known));
	});
}

async function writePatches(sql: Sql, patches: readonly LeadPatch[]): Promise<ItemResult<Lead>[]> {
	const rows = await patchLeads(sql, patches);
	return patches.map(({ id }) => {
		const result = rows.get(id) ?? { error: new NotFoundError('Lead', id) };
		return result.error ? result : { row: result.row.lead };
	});
}

/** Moves leads along the pipeline. Says what the status was before. Otherwise like `updateLeads`. */
export async function changeLeadStatus(
	sql: Sql,
	changes: readonly LeadStatusChange[],
): Promise<ItemResult<Lead & { previousStatus: LeadStatus }>[]> {
	const rows = await patchLeads(sql, changes);
	return changes.map(({ id }) => {
		const result = rows.get(id) ?? { error: new NotFoundError('Lead', id) };
		if (result.error) return result;
		const { lead, previousStatus } = result.row;
		return { row: { ...lead, previousStatus } };
	});
}
