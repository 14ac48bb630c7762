import type { Communication } from '../../domain/communication/communication';
import {
	type NewCommunication,
	PAST_TOLERANCE,
	PastTimeError,
	type ScheduledCommunication,
} from '../../domain/communication/input';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { toRecord } from '../connection/record';
import { COMMUNICATION_COLUMNS } from './columns';

/**
 * Records communications that have taken place, in one statement. The contact dates of their leads follow. An unknown
 * lead or user fails that one alone.
 */
export function logCommunications(
	sql: Sql,
	communications: readonly NewCommunication[],
): Promise<ItemResult<Communication>[]> {
	return insertCommunications(sql, communications, 'completed');
}

/**
 * Schedules outbound communications for the worker, in one statement, without asking the send gate: the worker does. An
 * unknown lead or user, or a time more than five minutes past by the database's clock, fails that one alone.
 */
export function scheduleCommunications(
	sql: Sql,
	communications: readonly ScheduledCommunication[],
): Promise<ItemResult<Communication>[]> {
	return insertCommunications(sql, communications, 'scheduled');
}

async function insertCommunications(
	sql: Sql,
	communications: readonly (NewCommunication | ScheduledCommunication)[],
	status: 'completed' | 'scheduled',
): Promise<ItemResult<Communication>[]> {
	type Row = Communication & {
		askedLeadId: number;
		leadKnown: boolean;
		userUnknown: number | null;
		tooLate: string | null;
	};
	const rows = await sql<Row[]>`
		with given as materialized (
			select e.ordinal, t.*
			from jsonb_array_elements(${sql.json(communications.map(toRecord))}) with ordinality as e(fields, ordinal)
			cross join lateral jsonb_populate_record(null::communications, e.fields) as t
		), known as materialized (
			-- In one order, and as strongly as the contact dates will need it: locks of the foreign key in the order of the
			-- items, made stronger afterwards, deadlock with any other bulk write.
			select l.id
			from leads l
			where l.id in (select lead_id from given)
			order by l.id
			${status === 'completed' ? sql`for no key update` : sql`for key share`}
		), input as materialized (
			select
				known.id is not null as lead_known,
				u.id is not null or given.user_id is null as user_known,
				coalesce(given.scheduled_at < now() - ${PAST_TOLERANCE}::interval, false) as too_late,
				given.*
			from given
			left join known on known.id = given.lead_id
			left join users u on u.id = given.user_id
		), created as (
			insert into communications (
				organization_id, lead_id, user_id, communication_type, direction, subject, content, status,
				scheduled_at, completed_at, comm_metadata, is_transactional
			)
			select
				(select lma.current_organization_id()), lead_id, user_id, communication_type,
				coalesce(direction, 'outbound'), subject, content, ${status}::communication_status_enum, scheduled_at,
				case when ${status} = 'completed' then coalesce(completed_at, now()) end, coalesce(comm_metadata, '{}'),
				coalesce(is_transactional, false)
			from input
			where lead_known and user_known and not too_late
			order by ordinal
			returning *
		)
		select
			${sql(COMMUNICATION_COLUMNS.map((column) => `c.${column}`))},
			i.lead_id as asked_lead_id, i.lead_known,
			case when not i.user_known then i.user_id end as user_unknown,
			case when i.too_late then i.scheduled_at end as too_late
		from (select *, ${ordinalPlace(sql, 'ordinal', ['lead_known', 'user_known', 'too_late'])} from input) i
		left join (select *, ${ordinalPlace(sql, 'id')} from created) c
			on c.place = i.place and i.lead_known and i.user_known and not i.too_late
		order by i.ordinal`;
	return rows.map(({ askedLeadId, leadKnown, userUnknown, tooLate, ...row }) => {
		if (!leadKnown) return { error: new NotFoundError('Lead', askedLeadId) };
		if (userUnknown !== null) return { error: new NotFoundError('User', userUnknown) };
		if (tooLate !== null) return { error: new PastTimeError(tooLate) };
		return { row };
	});
}
