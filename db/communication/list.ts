import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import {
	type Communication,
	COMMUNICATION_DIRECTIONS,
	COMMUNICATION_STATUSES,
	COMMUNICATION_TYPES,
} from '../../domain/communication/communication';
import { label, leadId, timestamp, userId } from '../../domain/input/field';
import type { CursorPosition, ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import type { ListOrder } from '../../domain/list/listOrder';
import type { Fragment, Sql } from '../connection/client';
import { andAll, hasLabel } from '../list/condition';
import { pagePart } from '../list/pagePart';
import { COMMUNICATION_COLUMNS } from './columns';

const filterSchema = z.strictObject({
	leadId: leadId.optional(),
	userId: userId.optional(),
	status: z.array(label(COMMUNICATION_STATUSES)).optional(),
	communicationType: z.array(label(COMMUNICATION_TYPES)).optional(),
	direction: label(COMMUNICATION_DIRECTIONS).optional(),
	scheduledAfter: timestamp.optional(),
	scheduledBefore: timestamp.optional(),
	...pageFields,
});
type Checked = z.output<typeof filterSchema>;

/** Which communications to list; all conditions must hold. */
export const communicationFilterSchema = filterSchema.check(cursorFits(identityOf));
export type CommunicationFilter = z.input<typeof communicationFilterSchema>;

/** An order of communications `c`, which is that of one index alone. */
interface Order extends ListOrder {
	sortedBy: (sql: Sql) => Fragment;
	/** The sort keys of a row, in JSON, which keeps all digits of a time. */
	key: (sql: Sql) => Fragment;
	/** What comes after a place, each as `and …`: one stretch of the index, or two. */
	after: (sql: Sql, place: CursorPosition, filter: Checked) => [Fragment, Fragment?];
	/** A condition that changes the plan and not the result. */
	hint?: (sql: Sql) => Fragment;
}

const NEWEST: Order = {
	name: 'id desc',
	keys: [],
	sortedBy: (sql) => sql`c.id desc`,
	key: (sql) => sql`'[]'::jsonb`,
	after: (sql, { id }) => [sql`and c.id < ${id}::bigint`],
	// True of every row. The planner does not know, takes it for rare, and stays off the primary key, which has the order as well, of all
	// organizations.
	hint: (sql) => sql`and c.organization_id between (select 0) and (select 2147483647)`,
};

const NEWEST_BY_TIME: Order = {
	name: 'created desc',
	keys: ['moment'],
	sortedBy: (sql) => sql`c.created_at desc, c.id desc`,
	key: (sql) => sql`jsonb_build_array(c.created_at)`,
	after: (sql, { key, id }) => [
		sql`and (c.created_at, c.id) < (${key[0] ?? null}::timestamptz, ${id}::bigint)`,
	],
};

const SOONEST: Order = {
	name: 'scheduled asc',
	keys: ['moment'],
	isNullable: true,
	sortedBy: (sql) => sql`c.scheduled_at, c.id`,
	key: (sql) => sql`jsonb_build_array(c.scheduled_at)`,
	after(sql, { key: [moment = null], id }, { scheduledAfter, scheduledBefore }) {
		if (moment === null) return [sql`and c.scheduled_at is null and c.id > ${id}::bigint`];
		const later = sql`and (c.scheduled_at, c.id) > (${moment}::timestamptz, ${id}::bigint)`;
		// Those without a time come last. Where a range of times is asked for there are none of them.
		return (scheduledAfter ?? scheduledBefore) ? [later] : [later, sql`and c.scheduled_at is null`];
	},
};

/** Newest first; soonest first where only what is scheduled is asked for, or a range of times. Each is the order of an index. */
function orderOf({ leadId, status = [], scheduledAfter, scheduledBefore }: Checked): Order {
	const isOver = status.length > 0 && status.every((one) => one === 'failed' || one === 'cancelled');
	if (leadId !== undefined || isOver) return NEWEST_BY_TIME;
	const isScheduled = status.length > 0 && status.every((one) => one === 'scheduled');
	return isScheduled || scheduledAfter !== undefined || scheduledBefore !== undefined ? SOONEST : NEWEST;
}

function identityOf(filter: Checked): ListIdentity & { order: Order } {
	return { rows: 'communications', order: orderOf(filter), conditions: conditionsOf(filter) };
}

/**
 * Lists communications, newest first; where only what is scheduled is asked for, or a range of times, soonest first. With cursors
 * where the filter asks for them. One statement, read along the index that has the order.
 */
export function listCommunications(
	sql: Sql,
	filter: CommunicationFilter,
): PromiseLike<Listed<Communication>[]> {
	const checked = parseInput(communicationFilterSchema, filter);
	const { limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const { order } = identity;
	const place = positionOf(checked, identity);
	const hint = checked.userId === undefined ? order.hint?.(sql) : undefined;
	const from = (after = sql``) => sql`
		from communications c
		where c.organization_id = (select lma.current_organization_id())
			${hint ?? sql``} ${andAll(sql, conditionsIn(sql, checked))} ${after}`;
	const [first, second] = place ? order.after(sql, place, checked) : [];
	const found = second
		? // Each stretch by itself: together they are none of the index.
			sql`from (${[first, second].map(
				(after, n) => sql`
				${n === 0 ? sql`` : sql`union all`}
				(select * ${from(after)} order by ${order.sortedBy(sql)} limit ${limit}::bigint + ${offset}::bigint)`,
			)}
			) c`
		: from(first);
	const rows = sql<Listed<Communication>[]>`
		select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}${
			includeCursor ? sql`, ${order.key(sql)} as cursor_key` : sql``
		}
		${found}
		order by ${order.sortedBy(sql)}
		${pagePart(sql, checked)}`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
}

function conditionsIn(sql: Sql, filter: Checked): Fragment[] {
	const { leadId, userId, status, communicationType, direction, scheduledAfter, scheduledBefore } = filter;
	const given: Fragment[] = [];
	if (leadId !== undefined) given.push(sql`c.lead_id = ${leadId}`);
	if (userId !== undefined) given.push(sql`c.user_id = ${userId}`);
	if (status !== undefined) given.push(hasLabel(sql, 'c.status', status));
	if (communicationType !== undefined) given.push(hasLabel(sql, 'c.communication_type', communicationType));
	if (direction !== undefined) given.push(hasLabel(sql, 'c.direction', [direction]));
	if (scheduledAfter !== undefined) given.push(sql`c.scheduled_at >= ${scheduledAfter}`);
	if (scheduledBefore !== undefined) given.push(sql`c.scheduled_at < ${scheduledBefore}`);
	return given;
}
