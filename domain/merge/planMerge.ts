import { z } from 'zod/v4';

import { label } from '../input/field';
import { type Lead, WRITTEN_COLUMNS, type WrittenField } from '../lead/lead';
import type { MergeRule } from './mergeRuleNames';

export type MergedField = WrittenField;
export type MergeRules = Partial<Record<MergedField, MergeRule>>;

const MERGED = new Map(WRITTEN_COLUMNS.map((column) => [column.field, column]));

/**
 * The rules that each field of a lead can be merged by.
 *
 * @internal tests try every rule of every field
 */
export const MERGE_RULES = Object.fromEntries(
	WRITTEN_COLUMNS.map(({ field, input }) => [field, input.merge.rules]),
) as Record<MergedField, readonly [MergeRule, ...MergeRule[]]>;

/** A rule for each field, where it is to be another than the standard one. */
export const mergeRulesSchema = z.strictObject(
	Object.fromEntries(
		Object.entries(MERGE_RULES).map(([field, rules]) => [field, label(rules).optional()]),
	) as unknown as Record<MergedField, z.ZodOptional<z.ZodType<MergeRule>>>,
);

/** Whose value the survivor takes, for the fields that may change. */
export interface MergePlan {
	/** By field, the id of the lead. */
	sources: Partial<Record<MergedField, number>>;
	/** By field, the ids of leads whose values are put together. */
	combined: Partial<Record<'customFields' | 'notes' | 'tags', number[]>>;
}

/**
 * Decides whose value the survivor takes. Pure.
 *
 * Empty is null, text without letters and an empty list or object. `firstNotEmpty` looks at the survivor first, then at the
 * duplicates in their order; `newest` at the lead changed last, `oldest` at the one created first, that have a value.
 * Of equals the survivor's stays.
 */
export function planMerge(survivor: Lead, duplicates: readonly Lead[], rules: MergeRules): MergePlan {
	const plan: MergePlan = { sources: {}, combined: {} };
	const leads = [survivor, ...duplicates];
	for (const [field, { input }] of MERGED) {
		const rule = rules[field] ?? input.merge.standard;
		if (rule === 'combine') plan.combined[field as 'notes'] = leads.map(({ id }) => id);
		else {
			const source = sourceOf(field, rule, leads);
			if (source && source !== survivor) plan.sources[field] = source.id;
		}
	}
	return plan;
}

function sourceOf(field: MergedField, rule: MergeRule, leads: readonly Lead[]): Lead | undefined {
	if (rule === 'survivor') return leads[0];
	const filled = leads.filter((lead) => !isEmpty(lead[field]));
	// The first of those that none is better than.
	const best = (rank: (lead: Lead) => number | string) =>
		filled.reduce<Lead | undefined>((top, lead) => (top && rank(top) >= rank(lead) ? top : lead), undefined);
	switch (rule) {
		case 'newest':
			return best(({ updatedAt }) => updatedAt);
		case 'oldest':
			return filled.reduce<Lead | undefined>(
				(top, lead) => (top && top.createdAt <= lead.createdAt ? top : lead),
				undefined,
			);
		case 'longest':
			return best((lead) => lengthOf(lead[field]));
		case 'highest':
			return best((lead) => rankOf(field, lead));
		case 'lowest':
			return best((lead) => -rankOf(field, lead));
		default:
			return filled[0];
	}
}

function lengthOf(value: unknown): number {
	return typeof value === 'string' ? Array.from(value).length : 0;
}

/** A place in an order: of the labels, of numbers or of days. */
function rankOf(field: MergedField, lead: Lead): number {
	const { [field]: value } = lead;
	const column = MERGED.get(field);
	if (typeof value !== 'string') return Number(value);
	return column?.input.merge.order?.indexOf(value) ?? Date.parse(value);
}

function isEmpty(value: unknown): boolean {
	if (value === null || value === undefined) return true;
	if (typeof value === 'string') return value.trim() === '';
	return typeof value === 'object' && Object.keys(value).length === 0;
}

/** What the survivor will be, by a plan. Pure; for showing before anything is changed. */
export function applyMergePlan(
	survivor: Lead,
	duplicates: readonly Lead[],
	{ sources, combined }: MergePlan,
): Lead {
	const leads = [survivor, ...duplicates];
	const byId = new Map(leads.map((lead) => [lead.id, lead]));
	const taken = Object.entries(sources).map(([field, id]) => [field, byId.get(id)?.[field as MergedField]]);
	const times = (field: 'firstContactedAt' | 'lastContactedAt' | 'lastEngagementDate') =>
		leads.flatMap((lead) => lead[field] ?? []).sort();
	return {
		...survivor,
		...(Object.fromEntries(taken) as Partial<Lead>),
		...(combined.tags && combineTags(leads)),
		...(combined.customFields && combineCustomFields(leads)),
		...(combined.notes && combineNotes(leads)),
		firstContactedAt: times('firstContactedAt')[0] ?? null,
		lastContactedAt: times('lastContactedAt').at(-1) ?? null,
		lastEngagementDate: times('lastEngagementDate').at(-1) ?? null,
	};
}

/** Once each, also what is no text: another program may have put it there. */
function combineTags(leads: readonly Lead[]): Partial<Lead> {
	const all = leads.flatMap((lead) => (Array.isArray(lead.tags) ? lead.tags : []));
	const tags = new Map(all.map((tag) => [JSON.stringify(tag), tag]));
	return tags.size > 0 ? { tags: [...tags.values()] } : {};
}

/** The first lead's value for a key stays, unless it is empty. */
function combineCustomFields(leads: readonly Lead[]): Partial<Lead> {
	const merged = new Map<string, unknown>();
	for (const { customFields } of leads) {
		if (typeof customFields !== 'object' || customFields === null || Array.isArray(customFields)) continue;
		for (const [key, value] of Object.entries(customFields)) {
			if (!merged.has(key) || (isBlank(merged.get(key)) && !isBlank(value))) merged.set(key, value);
		}
	}
	return merged.size > 0 ? { customFields: Object.fromEntries(merged) } : {};
}

/** As PostgreSQL tells: text of spaces alone is a value. */
function isBlank(value: unknown): boolean {
	return value === '' || (typeof value !== 'string' && isEmpty(value));
}

function combineNotes(leads: readonly Lead[]): Partial<Lead> {
	const notes = new Set(
		leads.flatMap((lead) => (lead.notes === null || lead.notes === '' ? [] : [lead.notes])),
	);
	return notes.size > 0 ? { notes: [...notes].join('\n\n') } : {};
}
