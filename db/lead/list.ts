import { z } from 'zod/v4';

import { customFieldConditions } from '../../domain/customField/customFieldCondition';
import { integer, label, rowLimit, rowOffset, tags, text, timestamp, userId } from '../../domain/input/field';
import { parseInput } from '../../domain/input/parseInput';
import { jsonObject } from '../../domain/input/json';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import type { JsonValue, Sql } from '../connection/client';
import { leadColumns } from './tableColumns';

const score = integer('must be from 0 to 100', 0, 100);

/**
 * What leads can be sorted by.
 *
 * @internal tests try every order
 */
export const LEAD_ORDERS = ['created', 'lastContacted', 'name', 'score', 'updated'] as const;

/** Which leads to list; all conditions must hold. Newest first unless `sortBy` and `sortDirection` say otherwise. */
export const leadFilterSchema = z.strictObject({
	status: z.array(label(LEAD_STATUSES)).optional(),
	source: z.array(label(LEAD_SOURCES)).optional(),
	leadTemperature: z.array(label(LEAD_TEMPERATURES)).optional(),
	minScore: score.optional(),
	maxScore: score.optional(),
	assignedToId: userId.optional(),
	/** True: only leads without an owner. */
	unassigned: z.boolean().optional(),
	/** The whole address; letter case does not matter. */
	email: text(255).optional(),
	/** Words of a name, company, job title or address, each of them at least begun; letter case does not matter. */
	search: text(255).optional(),
	/** Leads that have all of these tags. */
	tags: tags.optional(),
	/** Leads whose custom fields have these values, among others. */
	customFields: jsonObject.optional(),
	/** Comparisons of custom fields, by their types: see `typeFilters`, which has to come before. */
	customFieldConditions: customFieldConditions.optional(),
	/** The zone of dates among these that name none: for `typeFilters`, which takes it away. */
	fallbackTimezone: text(100).optional(),
	createdAfter: timestamp.optional(),
	createdBefore: timestamp.optional(),
	updatedAfter: timestamp.optional(),
	updatedBefore: timestamp.optional(),
	/** Last contacted at this time or later. */
	contactedAfter: timestamp.optional(),
	/** Last contacted before this time; those never contacted are not among them. */
	contactedBefore: timestamp.optional(),
	/** True: only leads never contacted; false: only contacted ones. */
	neverContacted: z.boolean().optional(),
	/**
	 * By the time of creation, of the last contact or change, by last and first name, or by score. By last contact or
	 * change no index helps: all leads that meet the conditions are read and sorted. By name or score, leads are read in
	 * that order until there are enough: all of them where few meet a condition without an index, such as the source.
	 */
	sortBy: label(LEAD_ORDERS).default('created'),
	/** By last contact, ascending has those never contacted first and descending has them last. */
	sortDirection: label(['asc', 'desc']).default('desc'),
	limit: rowLimit,
	offset: rowOffset,
});
export type LeadFilter = z.input<typeof leadFilterSchema>;

/** Lists leads. One statement, and an index for every filter: `lma.find_leads` in the migrations tells how. */
export function listLeads(sql: Sql, filter: LeadFilter) {
	return sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from ${foundLeads(sql, filter)}
		join leads l on l.organization_id = (select lma.current_organization_id()) and l.id = found.id
		order by found.position`;
}

/** The leads that a filter finds, as a table `found` of their `id` and `position` in the order asked for. */
export function foundLeads(sql: Sql, filter: LeadFilter) {
	const { sortBy, sortDirection, limit, offset, ...conditions } = parseInput(leadFilterSchema, filter);
	// What is undefined is not written.
	return sql`
		lma.find_leads(
			${sql.json(conditions as JsonValue)}, ${`${sortBy} ${sortDirection}`}, ${limit}::bigint, ${offset}::bigint
		) with ordinality as found (id, position)`;
}

export type FoundLead = Lead & {
	/** The id that was asked for, where that lead was merged into this one. */
	redirectedFromId: number | null;
};

/**
 * Finds leads by id, one result per id in the same order. The id of a lead that was merged into another leads there. One statement,
 * and another when a lead is not there.
 */
export async function findLeads(sql: Sql, ids: readonly number[]): Promise<ItemResult<FoundLead>[]> {
	const rows = await sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			and l.id = any(${[...new Set(ids)]}::int[])`;
	const byId = new Map(rows.map((row): [number, FoundLead] => [row.id, { ...row, redirectedFromId: null }]));
	const missing = ids.filter((leadId) => !byId.has(leadId));
	for (const row of await findSurvivors(sql, missing)) byId.set(row.redirectedFromId, row);
	return resultsById('Lead', ids, byId);
}

async function findSurvivors(sql: Sql, ids: readonly number[]) {
	if (ids.length === 0) return [];
	return await sql<(Lead & { redirectedFromId: number })[]>`
		select ${leadColumns(sql, 'l')}, m.lead_id as redirected_from_id
		from lma.merged_leads m
		join lma.lead_merges e
			on e.organization_id = (select lma.current_organization_id()) and e.id = m.merge_id
		join leads l
			on l.organization_id = (select lma.current_organization_id()) and l.id = e.current_lead_id
		where m.organization_id = (select lma.current_organization_id())
			and m.lead_id = any(${[...new Set(ids)]}::int[])`;
}
