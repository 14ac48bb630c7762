import { z } from 'zod/v4';

import type { Sql } from '../client';
import { NotFoundError } from '../errors';
import { id, integer, label, text, timestamp, rowLimit, rowOffset } from '../field';
import type { ItemResult } from '../itemResult';
import { type Lead, LEAD_SOURCES, LEAD_STATUSES, LEAD_TEMPERATURES, leadColumns } from './lead';

const score = integer('must be from 0 to 100', 0, 100);

/** Which leads to list; all conditions must hold. Newest first unless `orderBy` says otherwise. */
export const leadFilterSchema = z.strictObject({
	status: z.array(label(LEAD_STATUSES)).optional(),
	source: z.array(label(LEAD_SOURCES)).optional(),
	leadTemperature: z.array(label(LEAD_TEMPERATURES)).optional(),
	minScore: score.optional(),
	maxScore: score.optional(),
	assignedToId: id.optional(),
	/** True: only leads without an owner. */
	unassigned: z.boolean().optional(),
	/** The whole address; letter case does not matter. */
	email: text(255).optional(),
	/** Part of a name, company or address. */
	search: text(255).optional(),
	tag: text(100).optional(),
	createdAfter: timestamp.optional(),
	createdBefore: timestamp.optional(),
	/** True: only leads never contacted; false: only contacted ones. */
	neverContacted: z.boolean().optional(),
	orderBy: z
		.enum(['newest', 'oldest', 'score'], { error: 'must be newest, oldest or score' })
		.default('newest'),
	limit: rowLimit,
	offset: rowOffset,
});
export type LeadFilter = z.input<typeof leadFilterSchema>;

/** Lists leads. One statement. */
export function listLeads(sql: Sql, filter: LeadFilter) {
	const wanted = leadFilterSchema.parse(filter);
	const pattern = wanted.search && `%${wanted.search.replaceAll(/[\\%_]/g, '\\$&')}%`;
	return sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from leads l
		where l.organization_id = (select lma.current_organization_id())
			${wanted.status ? sql`and l.status = any(${wanted.status}::lead_status_enum[])` : sql``}
			${wanted.source ? sql`and l.source = any(${wanted.source}::lead_source_enum[])` : sql``}
			${wanted.leadTemperature ? sql`and l.lead_temperature = any(${wanted.leadTemperature}::lead_temperature_enum[])` : sql``}
			${wanted.minScore !== undefined ? sql`and l.score >= ${wanted.minScore}` : sql``}
			${wanted.maxScore !== undefined ? sql`and l.score <= ${wanted.maxScore}` : sql``}
			${wanted.assignedToId !== undefined ? sql`and l.assigned_to_id = ${wanted.assignedToId}` : sql``}
			${wanted.unassigned ? sql`and l.assigned_to_id is null` : sql``}
			${wanted.email !== undefined ? sql`and l.email_key = lower(${wanted.email})` : sql``}
			${wanted.tag !== undefined ? sql`and l.tags ? ${wanted.tag}` : sql``}
			${wanted.createdAfter ? sql`and l.created_at >= ${wanted.createdAfter}` : sql``}
			${wanted.createdBefore ? sql`and l.created_at < ${wanted.createdBefore}` : sql``}
			${wanted.neverContacted === true ? sql`and l.first_contacted_at is null` : sql``}
			${wanted.neverContacted === false ? sql`and l.first_contacted_at is not null` : sql``}
			${
				pattern
					? sql`and (
						l.email ilike ${pattern} or l.company ilike ${pattern}
						or concat_ws(' ', l.first_name, l.last_name) ilike ${pattern}
					)`
					: sql``
			}
		order by ${ORDER[wanted.orderBy](sql)}
		limit ${wanted.limit}
		offset ${wanted.offset}`;
}

const ORDER = {
	newest: (sql: Sql) => sql`l.id desc`,
	oldest: (sql: Sql) => sql`l.id`,
	score: (sql: Sql) => sql`l.score desc, l.id`,
};

/** Finds leads by id, one result per id in the same order. */
export async function findLeads(sql: Sql, ids: readonly number[]): Promise<ItemResult<Lead>[]> {
	const rows = await sql<Lead[]>`
		select ${leadColumns(sql, 'l')}
		from leads l
		where l.id = any(${[...new Set(ids)]}::int[])`;
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.map((leadId) => {
		const row = byId.get(leadId);
		return row ? { row } : { error: new NotFoundError('Lead', leadId) };
	});
}
