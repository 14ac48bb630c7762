import postgres from 'postgres';

import { ConflictError, type LmaError, NotFoundError, ValidationError } from '../../domain/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Lead } from '../../domain/lead/lead';
import type { LeadMerge } from '../../domain/merge/input';
import { applyMergePlan, type MergePlan, planMerge } from '../../domain/merge/mergeRules';
import type { Sql } from '../connection/client';
import { leadColumns } from './columns';
import { findRedirects } from './redirect';

/** The surviving lead, or what it would be, and what the merge did to it. */
export type MergedLead = Lead & {
	/** For undoing it. Null for a preview, and when all duplicates had been merged before. */
	mergeId: number | null;
	isPreview: boolean;
	mergedIds: number[];
	/** Duplicates that an earlier merge has brought into this lead. */
	alreadyMergedIds: number[];
	changedFields: string[];
	communicationsMoved: number;
	notesMoved: number;
	/** Memberships in campaigns, without those where this lead or another duplicate was a member. */
	campaignsMoved: number;
};

/** Merges that are one: of one survivor, by one set of rules. */
interface Group {
	survivor: Lead;
	duplicateIds: Set<number>;
	merge: LeadMerge;
}

type Outcome = Pick<
	MergedLead,
	'mergeId' | 'changedFields' | 'communicationsMoved' | 'notesMoved' | 'campaignsMoved'
>;

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
	const groups = new Map<string, Group>();
	const claimed = new Map<number, string>();
	const keys = merges.map((merge) => groupOf(merge, leads, redirects, groups, claimed));
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

/** The key of the group that a merge belongs to, or why it is none. */
function groupOf(
	merge: LeadMerge,
	leads: ReadonlyMap<number, Lead>,
	redirects: ReadonlyMap<number, number>,
	groups: Map<string, Group>,
	claimed: Map<number, string>,
): string | LmaError {
	const { leadId, duplicateIds, rules, isPreview } = merge;
	if (duplicateIds.includes(leadId)) return intoItself(leadId);
	const survivor = leads.get(leadId);
	if (!survivor) return notFound(leadId, redirects);
	const wrong = duplicateIds.find(
		(duplicate) => !leads.has(duplicate) && redirects.get(duplicate) !== leadId,
	);
	if (wrong !== undefined) return notFound(wrong, redirects);
	const key = JSON.stringify([leadId, isPreview, rules]);
	const present = duplicateIds.filter((duplicate) => leads.has(duplicate));
	if (!isPreview) {
		// A survivor is claimed for its group, a duplicate for the group that it is merged in.
		const taken =
			claimed.get(leadId) !== undefined && claimed.get(leadId) !== key
				? leadId
				: present.find((duplicate) => {
						const owner = claimed.get(duplicate);
						return owner !== undefined && owner !== key;
					});
		if (taken !== undefined) return severalMerges(taken);
		for (const claim of [leadId, ...present]) claimed.set(claim, key);
	}
	const group = groups.get(key) ?? { survivor, duplicateIds: new Set(), merge };
	for (const duplicate of present) group.duplicateIds.add(duplicate);
	groups.set(key, group);
	return key;
}

function intoItself(leadId: number): LmaError {
	return new ValidationError(
		'duplicateIds',
		`duplicateIds: lead ${leadId} cannot be merged into itself`,
		'Name the other leads only.',
	);
}

function notFound(leadId: number, redirects: ReadonlyMap<number, number>): LmaError {
	const current = redirects.get(leadId);
	if (current === undefined) return new NotFoundError('Lead', leadId);
	return new ConflictError(
		`Lead ${leadId} was merged into lead ${current}`,
		`Name lead ${current} instead, or undo that merge.`,
	);
}

function severalMerges(leadId: number): LmaError {
	return new ConflictError(
		`Lead ${leadId} is in several different merges at once`,
		'Let one item name all duplicates of a lead, or merge in two nodes, one after the other.',
	);
}

async function runGroups(
	sql: Sql,
	groups: readonly (readonly [string, Group])[],
	leads: ReadonlyMap<number, Lead>,
): Promise<Map<string, Lead & Outcome>> {
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
	const results = new Map<string, Lead & Outcome>(
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

interface WrittenMerge {
	ordinal: number;
	mergeId: number;
	changedColumns: string[];
	communications: number;
	notes: number;
	memberships: number;
}

async function writeMerges(
	sql: Sql,
	merges: readonly { survivorId: number; duplicates: readonly Lead[]; plan: MergePlan }[],
): Promise<Map<number, Outcome>> {
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
				changedFields: row.changedColumns.map(postgres.toCamel).sort(),
				communicationsMoved: row.communications,
				notesMoved: row.notes,
				campaignsMoved: row.memberships,
			},
		]),
	);
}

function toColumns<T>(fields: Record<string, T>): Record<string, T> {
	return Object.fromEntries(
		Object.entries(fields).map(([field, value]) => [postgres.fromCamel(field), value]),
	);
}

interface Belongings {
	leadId: number;
	communications: number;
	notes: number;
	campaignIds: number[];
}

/** How much would move, for each preview. */
async function countBelongings(sql: Sql, ids: readonly number[]) {
	const rows = await sql<Belongings[]>`
		select l.id as lead_id,
			(
				select count(*)::int
				from communications c
				where c.organization_id = (select lma.current_organization_id()) and c.lead_id = l.id
			) as communications,
			(
				select count(*)::int
				from lead_notes n
				where n.organization_id = (select lma.current_organization_id()) and n.lead_id = l.id
			) as notes,
			array(
				select m.campaign_id
				from campaign_leads m
				where m.organization_id = (select lma.current_organization_id()) and m.lead_id = l.id
			) as campaign_ids
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(ids)]}::int[])`;
	const byLead = new Map(rows.map((row) => [row.leadId, row]));
	return (survivor: Lead, duplicates: readonly Lead[]) => {
		const belongings = duplicates.flatMap((lead) => byLead.get(lead.id) ?? []);
		const sum = (count: (row: Belongings) => number) =>
			belongings.reduce((total, row) => total + count(row), 0);
		const own = byLead.get(survivor.id)?.campaignIds ?? [];
		const campaigns = new Set(belongings.flatMap((row) => row.campaignIds));
		return {
			communicationsMoved: sum((row) => row.communications),
			notesMoved: sum((row) => row.notes),
			campaignsMoved: [...campaigns].filter((campaign) => !own.includes(campaign)).length,
		};
	};
}
