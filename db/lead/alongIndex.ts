import { alternativesOf } from '../../domain/lead/matching';
import { positionOf } from '../../domain/list/page';
import type { Fragment, Sql } from '../connection/client';
import { pagePart } from '../list/pagePart';
import { type CheckedLeadFilter, identityOf } from './leadFilter';

/**
 * Where a list reads its leads `l` from that is one stretch of one index, in its order: from the first row of the page to its last,
 * and no further. Undefined for all other lists.
 *
 * Such lists need nothing that `lma.read_leads` does. Their statement is prepared once for all values, and row security
 * binds it: its conditions are those that row security leaves to an index, comparisons of numbers and times, and labels where a
 * partial index is of that label alone.
 */
export function leadsAlongIndex(sql: Sql, filter: CheckedLeadFilter): Fragment | undefined {
	const { conditions, order } = identityOf(filter);
	const { match, ...rest } = conditions;
	// Of one alternative, any is all.
	if (match === 'any' && alternativesOf(rest).length > 1) return undefined;
	const named = new Set(Object.keys(rest).filter((name) => rest[name] !== undefined));
	const [stretch, direction] = order.name.split(' ');
	if (stretch === 'created') return byCreation(sql, filter, named, direction === 'asc');
	if (stretch === 'score') return byScore(sql, filter, named, direction === 'asc');
	// A comparison of lower(last_name) is none that row security leaves to an index.
	if (stretch === 'name' && named.size === 0 && filter.afterCursor === undefined) {
		const way = sql.unsafe(direction === 'asc' ? 'asc' : 'desc');
		return page(sql, filter, [], sql`lower(l.last_name) ${way}, lower(l.first_name) ${way}, l.id ${way}`);
	}
	return undefined;
}

/** Along idx_leads_created_org, and the indexes like it for one status, one owner, no owner, and hot leads. */
function byCreation(sql: Sql, filter: CheckedLeadFilter, named: ReadonlySet<string>, isAscending: boolean) {
	const { createdAfter, createdBefore, status, assignedToId, unassigned, leadTemperature } = filter;
	const choices = [...named].filter((name) => name !== 'createdAfter' && name !== 'createdBefore');
	const conditions: Fragment[] = [];
	if (choices.length > 1) return undefined;
	switch (choices[0]) {
		case undefined:
			break;
		case 'status': {
			// Written out, for the index is of this one. A label is nothing but letters.
			if (status?.length !== 1) return undefined;
			conditions.push(sql`l.status = ${sql.unsafe(`'${String(status[0])}'`)}`);
			break;
		}
		case 'leadTemperature':
			if (leadTemperature?.length !== 1 || leadTemperature[0] !== 'hot') return undefined;
			conditions.push(sql`l.lead_temperature = 'hot'`);
			break;
		case 'assignedToId':
			conditions.push(sql`l.assigned_to_id = ${assignedToId ?? null}`);
			break;
		case 'unassigned':
			if (!unassigned) return undefined;
			conditions.push(sql`l.assigned_to_id is null`);
			break;
		default:
			return undefined;
	}
	if (createdAfter !== undefined) conditions.push(sql`l.created_at >= ${createdAfter}`);
	if (createdBefore !== undefined) conditions.push(sql`l.created_at < ${createdBefore}`);
	const after = positionOf(filter, identityOf(filter));
	if (after) {
		const place = sql`(${after.key[0] ?? null}::timestamptz, ${after.id}::integer)`;
		conditions.push(sql`(l.created_at, l.id) ${sql.unsafe(isAscending ? '>' : '<')} ${place}`);
	}
	const way = sql.unsafe(isAscending ? 'asc' : 'desc');
	return page(sql, filter, conditions, sql`l.created_at ${way}, l.id ${way}`);
}

/** Along idx_leads_org_score. A place in it is no comparison of rows: ids go the other way. */
function byScore(sql: Sql, filter: CheckedLeadFilter, named: ReadonlySet<string>, isAscending: boolean) {
	const { minScore, maxScore, afterCursor } = filter;
	if (afterCursor !== undefined) return undefined;
	if ([...named].some((name) => name !== 'minScore' && name !== 'maxScore')) return undefined;
	const conditions: Fragment[] = [];
	if (minScore !== undefined) conditions.push(sql`l.score >= ${minScore}`);
	if (maxScore !== undefined) conditions.push(sql`l.score <= ${maxScore}`);
	return page(
		sql,
		filter,
		conditions,
		isAscending ? sql`l.score asc, l.id desc` : sql`l.score desc, l.id asc`,
	);
}

function page(sql: Sql, filter: CheckedLeadFilter, conditions: readonly Fragment[], order: Fragment) {
	const others = conditions.map((condition) => sql` and ${condition}`);
	return sql`
		from leads l
		where l.organization_id = (select lma.current_organization_id())${others.length > 0 ? others : sql``}
		order by ${order}
		${pagePart(sql, filter)}`;
}
