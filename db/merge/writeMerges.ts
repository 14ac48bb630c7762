import type { Lead } from '../../domain/lead/lead';
import type { MergePlan } from '../../domain/merge/planMerge';
import type { Sql } from '../connection/client';
import { columnOf, fieldOf } from '../connection/record';
import type { MergeOutcome } from './mergedLead';

interface WrittenMerge {
	ordinal: number;
	mergeId: number;
	changedColumns: string[];
	communications: number;
	notes: number;
	memberships: number;
}

/** Carries out merges in one statement. What each did, by its place in `merges`. */
export async function writeMerges(
	sql: Sql,
	merges: readonly { survivorId: number; duplicates: readonly Lead[]; plan: MergePlan }[],
): Promise<Map<number, MergeOutcome>> {
	const input = merges.map(({ survivorId, duplicates, plan: { sources, combined } }, ordinal) => ({
		ordinal,
		survivor_id: survivorId,
		duplicate_ids: duplicates.map((lead) => lead.id),
		sources: toColumns(sources),
		combined: toColumns(combined),
	}));
	const rows = await sql<WrittenMerge[]>`
		select m.ordinal, m.merge_id, m.changed_columns, m.communications, m.notes, m.memberships
		from lma.merge_leads(${sql.json(input)}) as m`;
	return new Map(
		rows.map((row) => [
			row.ordinal,
			{
				mergeId: row.mergeId,
				changedFields: row.changedColumns.map(fieldOf).sort(),
				communicationsMoved: row.communications,
				notesMoved: row.notes,
				campaignsMoved: row.memberships,
			},
		]),
	);
}

function toColumns<T>(fields: Record<string, T>): Record<string, T> {
	return Object.fromEntries(Object.entries(fields).map(([field, value]) => [columnOf(field), value]));
}
