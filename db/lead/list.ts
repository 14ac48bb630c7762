import { z } from 'zod/v4';

import { customFieldConditions } from '../../domain/customField/customFieldCondition';
import { readEmailAddress } from '../../domain/input/emailAddress';
import { withFacts } from '../../domain/input/facts';
import { campaignId, integer, label, leadId, tags, text, timestamp, userId } from '../../domain/input/field';
import { jsonObject } from '../../domain/input/json';
import { parseInput } from '../../domain/input/parseInput';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import { LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES } from '../../domain/lead/labels';
import type { Lead } from '../../domain/lead/lead';
import { LEAD_ORDERS, leadOrder } from '../../domain/lead/leadOrder';
import { alternativesOf, LEAD_MATCHES } from '../../domain/lead/matching';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import type { JsonValue, Sql } from '../connection/client';
import { leadColumns } from './tableColumns';

/** Most ids that one filter may name. */
const MOST_IDS = 10_000;
const score = integer('must be from 0 to 100', 0, 100);

const address = z.preprocess(
	(given) => (typeof given === 'string' ? (readEmailAddress(given).address ?? given) : given),
	text(255),
) as z.ZodType<string, string>;

const filterSchema = z.strictObject({
	/** Whether all conditions must hold, or one of them is enough; the two ends of a range are one condition. */
	match: label(LEAD_MATCHES).default('all'),
	/** Leads with these ids; those that are not there are no error. */
	ids: z
		.array(leadId, { error: 'must be a list of lead ids; give [1, 2] or "1, 2"' })
		.max(MOST_IDS, {
			error: `has more than ${MOST_IDS.toLocaleString('en')} ids; ask for them in parts`,
		})
		.optional(),
	/** Leads that are in this campaign, with one of the statuses when some are given. */
	campaignId: campaignId.optional(),
	/** Leads that are in a campaign with one of these statuses. */
	membershipStatuses: withFacts(z.array(text(50), { error: 'must be a list of statuses; give ["active"]' }), {
		form: 'list',
	}).optional(),
	status: z.array(label(LEAD_STATUSES)).optional(),
	source: z.array(label(LEAD_SOURCES)).optional(),
	leadTemperature: z.array(label(LEAD_TEMPERATURES)).optional(),
	minScore: score.optional(),
	maxScore: score.optional(),
	assignedToId: userId.optional(),
	/** True: only leads without an owner. */
	unassigned: z.boolean().optional(),
	/** The whole address, as `readEmailAddress` takes it; letter case does not matter. What is none finds nobody. */
	email: address.optional(),
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
	...pageFields,
});
type Checked = z.output<typeof filterSchema>;

const fits = cursorFits(identityOf);

/**
 * Which leads to list. Newest first unless `sortBy` and `sortDirection` say otherwise. A cursor is of conditions as `typeFilters`
 * leaves them: one beside conditions that still have to be typed is looked at when they are.
 */
export const leadFilterSchema = filterSchema.check((payload) => {
	if (payload.value.fallbackTimezone === undefined) fits(payload);
});
export type LeadFilter = z.input<typeof leadFilterSchema>;

/**
 * Lists leads, with the cursors of their places when the filter asks for them. One statement, and an index for every filter:
 * `lma.find_leads` in the migrations tells how. From page to page by cursor, a lead that is there all along and whose sort key stays the same comes once.
 */
export function listLeads(sql: Sql, filter: LeadFilter): PromiseLike<Listed<Lead>[]> {
	const checked = parseInput(leadFilterSchema, filter);
	const rows = sql<Listed<Lead>[]>`
		select ${leadColumns(sql, 'l')}${checked.includeCursor ? sql`, ${sortKey(sql, checked.sortBy)} as cursor_key` : sql``}
		from ${found(sql, checked)}
		join leads l on l.organization_id = (select lma.current_organization_id()) and l.id = found.id
		order by found.position`;
	return checked.includeCursor ? rows.then((listed) => withCursors(listed, identityOf(checked))) : rows;
}

/** The leads that a filter finds, as a table `found` of their `id` and `position` in the order asked for. */
export function foundLeads(sql: Sql, filter: LeadFilter) {
	return found(sql, parseInput(leadFilterSchema, filter));
}

function found(sql: Sql, filter: Checked) {
	const identity = identityOf(filter);
	const { match, ...conditions } = identity.conditions;
	const alternatives = match === 'any' ? alternativesOf(conditions) : [];
	const after = positionOf(filter, identity);
	// What is undefined is not written.
	const wanted = {
		...(alternatives.length > 0 ? { anyOf: alternatives } : conditions),
		...(after && { after }),
	};
	return sql`
		lma.find_leads(
			${sql.json(wanted as unknown as JsonValue)}, ${identity.order.name}, ${filter.limit}::bigint, ${filter.offset}::bigint
		) with ordinality as found (id, position)`;
}

/** What a cursor of this list belongs to. */
function identityOf(filter: Checked): ListIdentity {
	const { sortBy, sortDirection, ...conditions } = conditionsOf(filter);
	return { rows: 'leads', order: leadOrder(sortBy, sortDirection), conditions };
}

/** The sort keys of a lead `l` as `lma.find_leads` sorts by them, in JSON, which keeps all digits of a time. */
function sortKey(sql: Sql, sortBy: Checked['sortBy']) {
	switch (sortBy) {
		case 'created':
			return sql`jsonb_build_array(l.created_at)`;
		case 'lastContacted':
			return sql`jsonb_build_array(l.last_contacted_at)`;
		case 'name':
			return sql`jsonb_build_array(lower(l.last_name), lower(l.first_name))`;
		case 'score':
			return sql`jsonb_build_array(l.score)`;
		case 'updated':
			return sql`jsonb_build_array(l.updated_at)`;
	}
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
