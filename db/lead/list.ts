import { parseInput } from '../../domain/input/parseInput';
import type { Lead } from '../../domain/lead/lead';
import { alternativesOf } from '../../domain/lead/matching';
import { type Listed, positionOf, withCursors } from '../../domain/list/page';
import type { JsonValue, Sql } from '../connection/client';
import { leadsAlongIndex } from './alongIndex';
import { type CheckedLeadFilter, identityOf, type LeadFilter, leadFilterSchema } from './leadFilter';
import { leadColumns } from './tableColumns';

/**
 * Lists leads, with the cursors of their places when the filter asks for them. One statement, an index for every filter, and
 * no row read twice: what one index answers alone is read along it under row security, all else by `lma.read_leads`. From page
 * to page by cursor, a lead that is there all along and whose sort key stays the same comes once.
 */
export function listLeads(sql: Sql, filter: LeadFilter): PromiseLike<Listed<Lead>[]> {
	const checked = parseInput(leadFilterSchema, filter);
	const cursorKey = checked.includeCursor ? sql`, ${sortKey(sql, checked.sortBy)} as cursor_key` : sql``;
	const source =
		leadsAlongIndex(sql, checked) ??
		// The function sees to the organization; this does when the function should ever forget.
		sql`
			from lma.read_leads(${found(sql, checked)}) with ordinality as l
			where l.organization_id = (select lma.current_organization_id())
			order by l.ordinality`;
	const rows = sql<Listed<Lead>[]>`select ${leadColumns(sql, 'l')}${cursorKey} ${source}`;
	return checked.includeCursor ? rows.then((listed) => withCursors(listed, identityOf(checked))) : rows;
}

/** The leads that a filter finds, as a table `found` of their `id` and `position` in the order asked for. */
export function foundLeads(sql: Sql, filter: LeadFilter) {
	return sql`lma.find_leads(${found(sql, parseInput(leadFilterSchema, filter))}) with ordinality as found (id, position)`;
}

/** What `lma.read_leads` and `lma.find_leads` are told. */
function found(sql: Sql, filter: CheckedLeadFilter) {
	const identity = identityOf(filter);
	const { match, ...conditions } = identity.conditions;
	const alternatives = match === 'any' ? alternativesOf(conditions) : [];
	const after = positionOf(filter, identity);
	// What is undefined is not written.
	const wanted = {
		...(alternatives.length > 0 ? { anyOf: alternatives } : conditions),
		...(after && { after }),
	};
	const { limit, offset } = filter;
	return sql`${sql.json(wanted as unknown as JsonValue)}, ${identity.order.name}, ${limit}::bigint, ${offset}::bigint`;
}

/** The sort keys of a lead `l` as `lma.find_leads` sorts by them, in JSON, which keeps all digits of a time. */
function sortKey(sql: Sql, sortBy: CheckedLeadFilter['sortBy']) {
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
