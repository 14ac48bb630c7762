import type { Communication, CommunicationStatus } from '../../domain/communication/communication';
import { PAST_TOLERANCE, PastTimeError, type Reschedule } from '../../domain/communication/input';
import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { COMMUNICATION_COLUMNS } from './columns';

interface Asked {
	askedId: number;
	statusBefore: CommunicationStatus | null;
	tooLate: string | null;
	isAllowed: boolean;
}

/**
 * Gives scheduled communications another time, in one statement. A worker that has taken one is fenced off; what it has
 * begun to send can no longer be moved, and fails with a `ConflictError`, as does what is completed, and what failed or
 * was cancelled without `reopen`. An unknown one, or a time more than five minutes past by the database's clock, fails
 * alone. Several times for one act in order: each answers with the final row. Can be repeated: the time that it has
 * already makes no other message of it.
 */
export async function rescheduleCommunications(
	sql: Sql,
	requests: readonly Reschedule[],
): Promise<ItemResult<Communication>[]> {
	const input = requests.map(({ id, scheduledAt, reopen }) => ({ id, scheduled_at: scheduledAt, reopen }));
	const rows = await sql<(Communication & Asked)[]>`
		with input as materialized (
			select
				e.ordinal,
				t.*,
				t.scheduled_at < now() - ${PAST_TOLERANCE}::interval as is_too_late
			from jsonb_array_elements(${sql.json(input)}) with ordinality as e(item, ordinal)
			cross join lateral jsonb_to_record(e.item) as t(id bigint, scheduled_at timestamptz, reopen boolean)
		), target as materialized (
			-- Waits for a worker that is just about to begin, and then sees that it has.
			select
				c.id,
				c.status,
				c.status = 'scheduled' and c.dispatch_started_at is null as waits,
				c.status in ('cancelled', 'failed') as has_ended
			from communications c
			where c.organization_id = (select lma.current_organization_id())
				and c.id in (select id from input)
			order by c.id
			for no key update
		), allowed as materialized (
			select i.ordinal, i.id, i.scheduled_at
			from input i
			join target t using (id)
			where not i.is_too_late
				and (t.waits or i.reopen and t.has_ended)
		), moved as (
			update communications c
			set status = 'scheduled', scheduled_at = last.scheduled_at
			from (
				select distinct on (id) id, scheduled_at
				from allowed
				order by id, ordinal desc
			) last
			where c.organization_id = (select lma.current_organization_id())
				and c.id = last.id
			returning c.*
		)
		select
			${sql(COMMUNICATION_COLUMNS.map((column) => `moved.${column}`))},
			i.id as asked_id, target.status as status_before, case when i.is_too_late then i.scheduled_at end as too_late,
			allowed.id is not null as is_allowed
		from input i
		left join target using (id)
		left join allowed using (ordinal)
		left join moved on moved.id = allowed.id
		order by i.ordinal`;
	return rows.map(({ askedId, statusBefore, tooLate, isAllowed, ...row }) => {
		if (isAllowed) return { row };
		if (statusBefore !== null && tooLate !== null) return { error: new PastTimeError(tooLate) };
		return { error: refusal(askedId, statusBefore) };
	});
}

function refusal(id: number, status: CommunicationStatus | null): LmaError {
	switch (status) {
		case null:
			return new NotFoundError('Communication', id);
		case 'scheduled':
			return new ConflictError(
				`Communication ${id} is being sent`,
				'It is too late to reschedule it. Check its status in a moment.',
			);
		case 'completed':
			return new ConflictError(
				`Communication ${id} is completed`,
				'It has already taken place. Schedule a new communication.',
			);
		default:
			return new ConflictError(
				`Communication ${id} is ${status}`,
				'Turn on Reopen to schedule it again; if it was sent before, it can then arrive twice.',
			);
	}
}
