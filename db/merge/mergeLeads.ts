import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import { groupMerges, type MergeGroup } from '../../domain/merge/group';
import type { LeadMerge } from '../../domain/merge/input';
import { applyMergePlan, planMerge } from '../../domain/merge/planMerge';
import type { Sql } from '../connection/client';
import { countBelongings } from './belongings';
import { leadColumns } from '../lead/tableColumns';
import type { MergedLead, MergeOutcome } from './mergedLead';
import { findRedirects } from '../lead/redirect';
import { writeMerges } from './writeMerges';

/**
 * Merges leads, or says what merging them would give: a handful of statements for any number. The survivor takes each field by a
 * rule, and has the history of all: communications, notes, memberships, events. The duplicates are gone; their ids lead to
 * the survivor. Merges of one survivor by one set of rules are done as one. Can be repeated: what is merged already is no
 * error.
 *
 * Unknown leads, and a merge that is not independent of an earlier one among these, fail alone.
 */
export async function mergeLeads(sql: Sql, merges: readonly LeadMerge[]): Promise<ItemResult<MergedLead>[]> {
	const named = merges.flatMap(({ leadId, duplicateIds }) => [leadId, ...duplicateIds]);
	const leads = await lockLeads(
		sql,
		named,
		merges.every(({ isPreview }) => isPreview),
	);
	const redirects = await findRedirects(
		sql,
		named.filter((leadId) => !leads.has(leadId)),
	);
	const { groups, keys } = groupMerges(merges, leads, redirects);
	const outcomes = await runGroups(sql, [...groups], leads);
	return merges.map(({ duplicateIds, isPreview }, n) => {
		const key = keys[n];
		if (typeof key !== 'string') return { error: key ?? new Error('A merge was lost') };
		const outcome = outcomes.get(key);
		if (!outcome) throw new Error('The statement gave no row for a merge');
		const mergedIds = duplicateIds.filter((leadId) => leads.has(leadId));
		const alreadyMergedIds = duplicateIds.filter((leadId) => !leads.has(leadId));
		return { row: { ...outcome, isPreview, mergedIds, alreadyMergedIds } };
	}) as ItemResult<MergedLead>[];
}

async function lockLeads(sql: Sql, ids: readonly number[], isPreview: boolean): Promise<Map<number, Lead>> {
	const rows = await sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(ids)]}::int[])
		order by l.id
		${isPreview ? sql`` : sql`for update`}`;
	return new Map(rows.map((row) => [row.id, row]));
}

async function runGroups(
	sql: Sql,
	groups: readonly (readonly [string, MergeGroup])[],
	leads: ReadonlyMap<number, Lead>,
): Promise<Map<string, Lead & MergeOutcome>> {
	const planned = groups.map(([key, { survivor, duplicateIds, merge }]) => {
		const duplicates = [...duplicateIds].flatMap((leadId) => leads.get(leadId) ?? []);
		return { key, merge, survivor, duplicates, plan: planMerge(survivor, duplicates, merge.rules) };
	});
	const nothing = {
		mergeId: null,
		changedFields: [],
		communicationsMoved: 0,
		notesMoved: 0,
		campaignsMoved: 0,
	};
	const results = new Map<string, Lead & MergeOutcome>(
		planned.map(({ key, survivor }) => [key, { ...survivor, ...nothing }]),
	);
	const due = planned.filter(({ duplicates }) => duplicates.length > 0);
	const previews = due.filter(({ merge }) => merge.isPreview);
	const real = due.filter(({ merge }) => !merge.isPreview);
	if (previews.length > 0) {
		const counts = await countBelongings(
			sql,
			previews.flatMap(({ survivor, duplicates }) => [survivor, ...duplicates].map((lead) => lead.id)),
		);
		for (const { key, survivor, duplicates, plan } of previews) {
			const row = applyMergePlan(survivor, duplicates, plan);
			results.set(key, {
				...row,
				mergeId: null,
				changedFields: changes(survivor, row),
				...counts(survivor, duplicates),
			});
		}
	}
	if (real.length > 0) {
		const outcomes = await writeMerges(
			sql,
			real.map(({ survivor, duplicates, plan }) => ({ survivorId: survivor.id, duplicates, plan })),
		);
		const rows = await lockLeads(
			sql,
			real.map(({ survivor }) => survivor.id),
			true,
		);
		for (const [n, { key, survivor }] of real.entries()) {
			results.set(key, { ...(rows.get(survivor.id) ?? survivor), ...nothing, ...outcomes.get(n) });
		}
	}
	return results;
}

function changes(before: Lead, after: Lead): string[] {
	return (Object.keys(after) as (keyof Lead)[])
		.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
		.sort();
}
