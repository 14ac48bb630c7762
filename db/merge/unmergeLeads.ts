import { z } from 'zod/v4';

import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import { label, mergeId } from '../../domain/input/field';
import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import type { Sql } from '../connection/client';
import { fieldOf } from '../connection/record';
import { findLeads } from '../lead/find';

/** A merge to undo. */
export const leadUnmergeSchema = z.strictObject({
	mergeId,
	/** What to do when a field that the merge set has another value by now: keep that, or give it the value before the merge. */
	ifChanged: label(['error', 'keep', 'overwrite']).default('error'),
});
export type LeadUnmerge = z.output<typeof leadUnmergeSchema>;

/** The surviving lead as it is again, and what undoing the merge did. */
export type UnmergedLead = Lead & {
	mergeId: number;
	/** The duplicates that are there again, under their own ids. */
	restoredIds: number[];
	/** Fields that had another value than the merge gave them. */
	changedFields: string[];
	/** Communications and notes that were deleted since, or moved to another lead. */
	missing: number;
	/** Leads whose former owner is no longer a user and was not restored. */
	ownersMissing: number;
};

interface UnmergedRow {
	mergeId: number;
	survivorId: number;
	problem: 'not_found' | 'merged_on' | 'changed' | null;
	blockedBy: number | null;
	changedColumns: string[];
	restoredIds: number[];
	missing: number;
	ownersMissing: number;
}

/**
 * Undoes merges, in two statements. The survivor has its fields as they were, the duplicates are there again with all fields,
 * communications, notes, memberships and events that were theirs; what came after the merge stays with the survivor.
 *
 * A merge that is not there or undone already, whose survivor was merged on, or that changed fields which others have
 * changed since, fails alone, and nothing of it is undone.
 */
export async function unmergeLeads(
	sql: Sql,
	undos: readonly LeadUnmerge[],
): Promise<ItemResult<UnmergedLead>[]> {
	const input = undos.map(({ mergeId, ifChanged }, ordinal) => ({
		ordinal,
		merge_id: mergeId,
		if_changed: ifChanged,
	}));
	const rows = await sql<UnmergedRow[]>`
		select u.merge_id, u.survivor_id, u.problem, u.blocked_by, u.changed_columns, u.restored_ids, u.missing,
			u.owners_missing
		from lma.unmerge_leads(${sql.json(input)}) as u
		order by u.ordinal`;
	const undone = rows.filter(({ problem }) => problem === null);
	const survivors = await findLeads(
		sql,
		undone.map(({ survivorId }) => survivorId),
	);
	const byId = new Map(survivors.flatMap(({ row }) => (row ? [[row.id, row] as const] : [])));
	return rows.map((row): ItemResult<UnmergedLead> => {
		if (row.problem !== null) return { error: toError(row) };
		const survivor = byId.get(row.survivorId);
		if (!survivor) throw new Error('The survivor of a merge is not there');
		const { mergeId, restoredIds, changedColumns, missing, ownersMissing } = row;
		const changedFields = changedColumns.map(fieldOf);
		const { redirectedFromId: _, ...lead } = survivor;
		return { row: { ...lead, mergeId, restoredIds, changedFields, missing, ownersMissing } };
	});
}

function toError({ problem, mergeId, survivorId, blockedBy, changedColumns }: UnmergedRow): LmaError {
	if (problem === 'merged_on') {
		return new ConflictError(
			`Lead ${survivorId} has itself been merged into another lead since, by merge ${blockedBy}`,
			`Undo merge ${blockedBy} first.`,
		);
	}
	if (problem === 'changed') {
		return new ConflictError(
			`Lead ${survivorId} has been changed since merge ${mergeId}: ${changedColumns.map(fieldOf).join(', ')}`,
			'Choose under If Changed whether to keep these values or to overwrite them with those from before the merge.',
		);
	}
	return new NotFoundError(
		'Merge',
		mergeId,
		'Check the merge id. The merge may already have been undone, or the surviving lead deleted.',
	);
}
