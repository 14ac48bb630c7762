import { alternativesOf } from '../../domain/lead/matching';
import { positionOf } from '../../domain/list/page';
import type { Fragment, Sql } from '../connection/client';
import { andAll, hasLabel } from '../list/condition';
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
	const { sortBy, sortDirection } = filter;
	const { match, ...rest } = identityOf(filter).conditions;
	// Of one alternative, any is all.
	if (match === 'any' && alternativesOf(rest).length > 1) return undefined;
	const named = new Set(Object.keys(rest).filter((name) => rest[name] !== undefined));
	if (sortBy === 'created') return byCreation(sql, filter, named);
	if (sortBy === 'score') return byScore(sql, filter, named);
	// A comparison of lower(last_name) is none that row security leaves to an index.
	if (sortBy === 'name' && named.size === 0 && filter.afterCursor === undefined) {
		const way = sql.unsafe(sortDirection);
		return page(sql, filter, [], sql`lower(l.last_name) ${way}, lower(l.first_name) ${way}, l.id ${way}`);
	}
	return undefined;
}

/**
 * Along idx_leads_created_org, the indexes like it for one status, one owner, no owner and hot leads; for a source and what else has no
 * index, past those that do not meet it. The few that have an address are sorted.
 */
function byCreation(sql: Sql, filter: CheckedLeadFilter, named: ReadonlySet<string>) {
	const { createdAfter, createdBefore, sortDirection } = filter;
	const choices = [...named].filter((name) => name !== 'createdAfter' && name !== 'createdBefore');
	const choice = choices[0] === undefined ? sql`` : choiceOf(sql, filter, choices[0]);
	if (choices.length > 1 || choice === undefined) return undefined;
	const conditions: Fragment[] = choices.length === 0 ? [] : [choice];
	if (createdAfter !== undefined) conditions.push(sql`l.created_at >= ${createdAfter}`);
	if (createdBefore !== undefined) conditions.push(sql`l.created_at < ${createdBefore}`);
	const after = positionOf(filter, identityOf(filter));
	if (after) {
		const place = sql`(${after.key[0] ?? null}::timestamptz, ${after.id}::integer)`;
		conditions.push(sql`(l.created_at, l.id) ${sql.unsafe(sortDirection === 'asc' ? '>' : '<')} ${place}`);
	}
	const way = sql.unsafe(sortDirection);
	return page(sql, filter, conditions, sql`l.created_at ${way}, l.id ${way}`);
}

/** One condition beside the time of creation. */
function choiceOf(sql: Sql, filter: CheckedLeadFilter, name: string): Fragment | undefined {
	const { status, source, leadTemperature, assignedToId, unassigned, neverContacted, email } = filter;
	switch (name) {
		case 'status':
			// Of several, each has an index of its own.
			return status?.length === 1 ? hasLabel(sql, 'l.status', status) : undefined;
		case 'source':
			return hasLabel(sql, 'l.source', source ?? []);
		case 'leadTemperature':
			return hasLabel(sql, 'l.lead_temperature', leadTemperature ?? []);
		case 'assignedToId':
			return sql`l.assigned_to_id = ${assignedToId ?? null}`;
		case 'unassigned':
			return unassigned ? sql`l.assigned_to_id is null` : sql`true`;
		case 'neverContacted':
			return neverContacted ? sql`l.first_contacted_at is null` : sql`l.first_contacted_at is not null`;
		case 'email':
			// Row security leaves no comparison to an index that holds a function, before PostgreSQL 18.
			return sql`l.email_key = (select lower(${email ?? null}::text))`;
		default:
			return undefined;
	}
}

/** Along idx_leads_org_score. A place in it is no comparison of rows: ids go the other way. */
function byScore(sql: Sql, filter: CheckedLeadFilter, named: ReadonlySet<string>) {
	const { minScore, maxScore, afterCursor, sortDirection } = filter;
	if (afterCursor !== undefined) return undefined;
	if ([...named].some((name) => name !== 'minScore' && name !== 'maxScore')) return undefined;
	const conditions: Fragment[] = [];
	if (minScore !== undefined) conditions.push(sql`l.score >= ${minScore}`);
	if (maxScore !== undefined) conditions.push(sql`l.score <= ${maxScore}`);
	return page(
		sql,
		filter,
		conditions,
		sortDirection === 'asc' ? sql`l.score asc, l.id desc` : sql`l.score desc, l.id asc`,
	);
}

function page(sql: Sql, filter: CheckedLeadFilter, conditions: readonly Fragment[], order: Fragment) {
	return sql`
		from leads l
		where l.organization_id = (select lma.current_organization_id())${andAll(sql, conditions)}
		order by ${order}
		${pagePart(sql, filter)}`;
}
