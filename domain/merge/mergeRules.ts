import { z } from 'zod/v4';

import { label } from '../input/field';
import { type Lead, LEAD_STATUSES } from '../lead/lead';

const CHOICES = ['survivor', 'firstNotEmpty', 'newest', 'oldest'] as const;
const TEXT = [...CHOICES, 'longest'] as const;
const ORDERED = [...CHOICES, 'highest', 'lowest'] as const;

/** The rules that each field of a lead can be merged by. */
export const MERGE_RULES = {
	assignedToId: CHOICES,
	company: TEXT,
	customFields: [...CHOICES, 'combine'],
	email: CHOICES,
	expectedCloseDate: ORDERED,
	firstName: TEXT,
	jobTitle: TEXT,
	lastName: TEXT,
	leadTemperature: ORDERED,
	linkedinUrl: TEXT,
	notes: [...TEXT, 'combine'],
	phone: TEXT,
	score: ORDERED,
	source: CHOICES,
	status: ORDERED,
	tags: [...CHOICES, 'combine'],
	value: ORDERED,
	website: TEXT,
} as const;

export type MergedField = keyof typeof MERGE_RULES;
export type MergeRule = (typeof MERGE_RULES)[MergedField][number];
export type MergeRules = Partial<Record<MergedField, MergeRule>>;

export const MERGED_FIELDS = Object.keys(MERGE_RULES) as MergedField[];

/** What a field is merged by when nothing else is said. Nothing that only a duplicate knows gets lost. */
export const STANDARD_RULES: Record<MergedField, MergeRule> = {
	assignedToId: 'firstNotEmpty',
	company: 'firstNotEmpty',
	customFields: 'combine',
	email: 'survivor',
	expectedCloseDate: 'firstNotEmpty',
	firstName: 'firstNotEmpty',
	jobTitle: 'firstNotEmpty',
	lastName: 'firstNotEmpty',
	leadTemperature: 'highest',
	linkedinUrl: 'firstNotEmpty',
	notes: 'combine',
	phone: 'firstNotEmpty',
	score: 'highest',
	source: 'survivor',
	status: 'survivor',
	tags: 'combine',
	value: 'highest',
	website: 'firstNotEmpty',
};

/** A rule for each field, where it is to be another than the standard one. */
export const mergeRulesSchema = z.strictObject(
	Object.fromEntries(
		MERGED_FIELDS.map((field) => [
			field,
			label(MERGE_RULES[field] as readonly [MergeRule, ...MergeRule[]]).optional(),
		]),
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
	for (const field of MERGED_FIELDS) {
		const rule = rules[field] ?? STANDARD_RULES[field];
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

const TEMPERATURES = ['cold', 'warm', 'hot'];

/** A place in an order: of the pipeline, of temperatures, of numbers or of days. */
function rankOf(field: MergedField, lead: Lead): number {
	if (field === 'status') return LEAD_STATUSES.indexOf(lead.status);
	if (field === 'leadTemperature') return TEMPERATURES.indexOf(lead.leadTemperature);
	if (field === 'expectedCloseDate') return Date.parse(lead.expectedCloseDate ?? '');
	return Number(lead[field]);
}

export function isEmpty(value: unknown): boolean {
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
