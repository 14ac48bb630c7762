import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import {
	type Communication,
	COMMUNICATION_DIRECTIONS,
	COMMUNICATION_STATUSES,
	COMMUNICATION_TYPES,
} from '../../domain/communication/communication';
import { label, leadId, timestamp, userId } from '../../domain/input/field';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import type { ListOrder } from '../../domain/list/listOrder';
import type { JsonValue, Sql } from '../connection/client';
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

const NEWEST: ListOrder = { name: 'id desc', keys: [] };
const NEWEST_BY_TIME: ListOrder = { name: 'created desc', keys: ['moment'] };
const SOONEST: ListOrder = { name: 'scheduled asc', keys: ['moment'], isNullable: true };

/** Newest first; soonest first where only what is scheduled is asked for, or a range of times. Each is the order of an index. */
function orderOf({ leadId, status = [], scheduledAfter, scheduledBefore }: Checked): ListOrder {
	const isOver = status.length > 0 && status.every((one) => one === 'failed' || one === 'cancelled');
	if (leadId !== undefined || isOver) return NEWEST_BY_TIME;
	const isScheduled = status.length > 0 && status.every((one) => one === 'scheduled');
	return isScheduled || scheduledAfter !== undefined || scheduledBefore !== undefined ? SOONEST : NEWEST;
}

function identityOf(filter: Checked): ListIdentity {
	return { rows: 'communications', order: orderOf(filter), conditions: conditionsOf(filter) };
}

/** The sort keys of a communication `c`, in JSON, which keeps all digits of a time. */
function sortKey(sql: Sql, order: ListOrder) {
	if (order === NEWEST) return sql`'[]'::jsonb`;
	return order === SOONEST ? sql`jsonb_build_array(c.scheduled_at)` : sql`jsonb_build_array(c.created_at)`;
}

/**
 * Lists communications, newest first; where only what is scheduled is asked for, or a range of times, soonest first. With cursors
 * where the filter asks for them. One statement, and an index for every filter: `lma.find_communications` in the migrations tells how.
 */
export function listCommunications(
	sql: Sql,
	filter: CommunicationFilter,
): PromiseLike<Listed<Communication>[]> {
	const checked = parseInput(communicationFilterSchema, filter);
	const { limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const after = positionOf(checked, identity);
	// What is undefined is not written.
	const wanted = { ...identity.conditions, ...(after && { after }) } as unknown as JsonValue;
	const rows = sql<Listed<Communication>[]>`
		select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}${
			includeCursor ? sql`, ${sortKey(sql, identity.order)} as cursor_key` : sql``
		}
		from lma.find_communications(${sql.json(wanted)}, ${identity.order.name}, ${limit}::bigint, ${offset}::bigint)
			with ordinality as found (id, position)
		join communications c on c.organization_id = (select lma.current_organization_id()) and c.id = found.id
		order by found.position`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
}
