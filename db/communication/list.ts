import { z } from 'zod/v4';

import type { Sql } from '../client';
import { id, label, timestamp, rowLimit, rowOffset } from '../field';
import {
	type Communication,
	COMMUNICATION_COLUMNS,
	COMMUNICATION_DIRECTIONS,
	COMMUNICATION_STATUSES,
	COMMUNICATION_TYPES,
} from './communication';

/** Which communications to list; all conditions must hold. */
export const communicationFilterSchema = z.strictObject({
	leadId: id.optional(),
	userId: id.optional(),
	status: z.array(label(COMMUNICATION_STATUSES)).optional(),
	communicationType: z.array(label(COMMUNICATION_TYPES)).optional(),
	direction: label(COMMUNICATION_DIRECTIONS).optional(),
	scheduledAfter: timestamp.optional(),
	scheduledBefore: timestamp.optional(),
	limit: rowLimit,
	offset: rowOffset,
});
export type CommunicationFilter = z.input<typeof communicationFilterSchema>;

/** Lists communications, newest first. One statement. */
export function listCommunications(sql: Sql, filter: CommunicationFilter) {
	const wanted = communicationFilterSchema.parse(filter);
	return sql<Communication[]>`
		select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}
		from communications c
		where c.organization_id = (select lma.current_organization_id())
			${wanted.leadId !== undefined ? sql`and c.lead_id = ${wanted.leadId}` : sql``}
			${wanted.userId !== undefined ? sql`and c.user_id = ${wanted.userId}` : sql``}
			${wanted.status ? sql`and c.status in (${literals(sql, wanted.status)})` : sql``}
			${wanted.communicationType ? sql`and c.communication_type = any(${wanted.communicationType}::communication_type_enum[])` : sql``}
			${wanted.direction ? sql`and c.direction = ${wanted.direction}` : sql``}
			${wanted.scheduledAfter ? sql`and c.scheduled_at >= ${wanted.scheduledAfter}` : sql``}
			${wanted.scheduledBefore ? sql`and c.scheduled_at < ${wanted.scheduledBefore}` : sql``}
		order by c.id desc
		limit ${wanted.limit}
		offset ${wanted.offset}`;
}

/** Labels of an enumeration, checked before, in the text itself: partial indexes are for literals, not for parameters. */
function literals(sql: Sql, labels: readonly (typeof COMMUNICATION_STATUSES)[number][]) {
	return sql.unsafe(labels.map((status) => `'${status}'`).join(', '));
}
