import { type AssignedLead, type AssignedRow, toAssignmentResult } from '../../domain/assignment/outcome';
import { type AssignmentGroup, type AssignmentRequest, groupRequests } from '../../domain/assignment/request';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { leadColumns } from '../lead/tableColumns';

/**
 * Gives leads an owner. `user`: this one; `roundRobin`: the users of the pool in turn, going on where the last call
 * stopped; `leastLoaded`: whoever has the fewest open leads, counting those just given. One assignment at a time per
 * organization, so two at once never give the same turn twice. One statement for every distinct strategy and pool among
 * the requests, and one or two before, however many leads. Unknown leads or users and empty pools fail the requests concerned.
 */
export async function assignLeads(
	sql: Sql,
	requests: readonly AssignmentRequest[],
): Promise<ItemResult<AssignedLead>[]> {
	const results = new Array<ItemResult<AssignedLead>>(requests.length);
	if (requests.length === 0) return results;
	const groups = groupRequests(requests);
	await lockTurns(sql, groups);
	if (groups.length > 1) await lockLeads(sql, groups);
	for (const group of groups) {
		const rows = await assignGroup(sql, group);
		const byOrdinal = new Map(rows.map((row) => [row.askedOrdinal, row]));
		for (const { ordinal, leadId } of group.requests) {
			results[ordinal] = toAssignmentResult(group, leadId, byOrdinal.get(ordinal));
		}
	}
	return results;
}

/** First the users, then the turns: who deactivates a user has them locked, and waits for the turns to hand their leads over. */
async function lockTurns(sql: Sql, groups: readonly AssignmentGroup[]): Promise<void> {
	const named = [...new Set(groups.flatMap(({ pool }) => pool ?? []))];
	const hasTeam = groups.some(({ pool }) => pool === null);
	await sql`
		with held as materialized (
			select count(*)
			from lma.hold_owners(${named}::int[], ${hasTeam})
		)
		select pg_advisory_xact_lock(hashtext('lma.assignLeads'), (select lma.current_organization_id()))
		from held`;
}

/** All leads in one order: one group after the other would deadlock with another bulk write. */
async function lockLeads(sql: Sql, groups: readonly AssignmentGroup[]): Promise<void> {
	const ids = groups.flatMap(({ requests }) => requests.map(({ leadId }) => leadId));
	await sql`
		select from leads
		where id = any(${ids}::int[])
		order by id
		for no key update`;
}

async function assignGroup(sql: Sql, group: AssignmentGroup): Promise<AssignedRow[]> {
	const input = group.requests.map(({ leadId, reassign, ordinal }) => ({
		lead_id: leadId,
		reassign,
		ordinal,
	}));
	// The first request of a lead takes the turn; a second one for the same lead gets the same owner.
	const rows = await sql<AssignedRow[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)}) as t(ordinal int, lead_id int, reassign boolean)
		), wanted as materialized (
			select lead_id, min(ordinal) as ordinal, bool_or(reassign) as reassign
			from input
			group by lead_id
		), target as materialized (
			select l.id, l.assigned_to_id, wanted.ordinal, l.assigned_to_id is null or wanted.reassign as is_due
			from leads l
			join wanted on wanted.lead_id = l.id
			order by l.id
			for no key update of l
		), stranger as materialized (
			select min(wanted) as id
			from unnest(${group.pool ?? []}::int[]) as wanted
			where not exists (select from users u where u.id = wanted)
		), due as materialized (
			select id, row_number() over (order by ordinal) - 1 as turn
			from target
			where is_due
		), eligible as materialized (
			select
				u.id,
				row_number() over (order by u.id) - 1 as position,
				u.id > coalesce(rotation.last_user_id, 0) as is_next
			from users u
			left join assignment_rotations rotation on rotation.pool_key = ${group.poolKey}
			where u.is_active
				-- One wrong user fails the request, and then nobody is assigned.
				and (select id from stranger) is null
				and u.organization_id = (select lma.current_organization_id())
				and ${group.pool ? sql`u.id = any(${group.pool}::int[])` : sql`u.role = 'SALES_REP'`}
		), choice as materialized (${group.strategy === 'leastLoaded' ? leastLoaded(sql) : inTurn(sql)}
		), moved as (
			update leads l
			set assigned_to_id = choice.user_id
			from choice
			where l.id = choice.lead_id
			returning l.*
		), remembered as (
			insert into assignment_rotations (organization_id, pool_key, last_user_id)
			select (select lma.current_organization_id()), ${group.poolKey}, user_id
			from choice
			where ${group.strategy} = 'roundRobin'
			order by turn desc
			limit 1
			on conflict (organization_id, pool_key) do update
			set last_user_id = excluded.last_user_id
		), outcome as (
			select ${leadColumns(sql, 'moved')}
			from moved
			union all
			select ${leadColumns(sql, 'l')}
			from leads l
			join target using (id)
			where not target.is_due
		)
		select
			${leadColumns(sql, 'outcome')},
			input.ordinal as asked_ordinal,
			choice.user_id is not null as assigned,
			target.id is not null as lead_known,
			coalesce(not target.is_due, false) as kept,
			target.assigned_to_id as previous_assigned_to_id,
			(select count(*) from eligible) as pool_size,
			(select id from stranger) as unknown_user_id
		from input
		left join target on target.id = input.lead_id
		left join choice on choice.lead_id = input.lead_id
		left join outcome on outcome.id = input.lead_id`;
	return rows;
}

/** The pool in order of id, from the one after the last turn on, round and round. */
function inTurn(sql: Sql) {
	return sql`
		select due.id as lead_id, eligible.id as user_id, due.turn
		from due
		cross join (
			-- The number of users whose turn is over is the position of the next one.
			select nullif(count(*), 0) as size, count(*) filter (where not is_next) as start
			from eligible
		) ring
		join eligible on eligible.position = (due.turn + ring.start) % ring.size`;
}

/** Every user offers places from their number of open leads upwards; the lowest places are taken first. */
function leastLoaded(sql: Sql) {
	return sql`
		select due.id as lead_id, place.user_id, due.turn
		from due
		join (
			select eligible.id as user_id, row_number() over (order by load.open_leads + step, eligible.id) - 1 as turn
			from eligible
			cross join lateral (
				select count(*) as open_leads
				from leads l
				where l.assigned_to_id = eligible.id
					and l.status not in ('CLOSED_WON', 'CLOSED_LOST')
					and l.id not in (select id from due)
			) load
			cross join generate_series(0, (select count(*) from due) - 1) as step
		) place using (turn)`;
}
