import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import {
	type Communication,
	COMMUNICATION_DIRECTIONS,
	COMMUNICATION_STATUSES,
	COMMUNICATION_TYPES,
} from '../../domain/communication/communication';
import { label, leadId, rowLimit, rowOffset, timestamp, userId } from '../../domain/input/field';
import type { JsonValue, Sql } from '../connection/client';
import { COMMUNICATION_COLUMNS } from './columns';

/** Which communications to list; all conditions must hold. */
export const communicationFilterSchema = z.strictObject({
	leadId: leadId.optional(),
	userId: userId.optional(),
	status: z.array(label(COMMUNICATION_STATUSES)).optional(),
	communicationType: z.array(label(COMMUNICATION_TYPES)).optional(),
	direction: label(COMMUNICATION_DIRECTIONS).optional(),
	scheduledAfter: timestamp.optional(),
	scheduledBefore: timestamp.optional(),
	limit: rowLimit,
	offset: rowOffset,
});
export type CommunicationFilter = z.input<typeof communicationFilterSchema>;

/**
 * Lists communications, newest first; where only what is scheduled is asked for, or a range of times, soonest first.
 * One statement, and an index for every filter: `lma.find_communications` in the migrations tells how.
 */
export function listCommunications(sql: Sql, filter: CommunicationFilter) {
	const { limit, offset, ...conditions } = parseInput(communicationFilterSchema, filter);
	// What is undefined is not written.
	return sql<Communication[]>`
		select ${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))}
		from lma.find_communications(${sql.json(conditions as JsonValue)}, ${limit}::bigint, ${offset}::bigint)
			with ordinality as found (id, position)
		join communications c on c.organization_id = (select lma.current_organization_id()) and c.id = found.id
		order by found.position`;
}
