import type { Communication, CommunicationStatus } from '../../domain/communication/communication';
import { ConflictError, type LmaError, NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { COMMUNICATION_COLUMNS } from './columns';

interface Asked {
	askedId: number;
	statusBefore: CommunicationStatus | null;
	isCancelled: boolean;
}

/**
 * Cancels scheduled communications in one statement. What a worker has begun to send can no longer be cancelled: that
 * one fails with a `ConflictError` and goes its way, as do those that are completed or failed. Cancelling twice is no
 * error. After success nothing is sent.
 */
export async function cancelCommunications(
	sql: Sql,
	ids: readonly number[],
): Promise<ItemResult<Communication>[]> {
	const rows = await sql<(Communication & Asked)[]>`
		with input as materialized (
			select distinct id
			from unnest(${[...ids]}::bigint[]) as id
		), target as materialized (
			-- Waits for a worker that is just about to begin, and then sees that it has.
			select
				c.id,
				c.status,
				c.status = 'scheduled' and c.dispatch_started_at is null as waits,
				c.status = 'cancelled' as was_cancelled
			from communications c
			where c.id in (select id from input)
			order by c.id
			for no key update
		), cancelled as (
			update communications c
			set status = 'cancelled'
			from target t
			where c.id = t.id
				and t.waits
			returning c.*
		), outcome as (
			select * from cancelled
			union all
			select c.*
			from communications c
			join target t using (id)
			where t.was_cancelled
		)
		select
			${sql(COMMUNICATION_COLUMNS.map((column) => `outcome.${column}`))},
			input.id as asked_id, target.status as status_before, outcome.id is not null as is_cancelled
		from input
		left join target using (id)
		left join outcome using (id)`;
	const byId = new Map(
		rows.map(({ askedId, statusBefore, isCancelled, ...row }): [number, ItemResult<Communication>] => [
			askedId,
			isCancelled ? { row } : { error: refusal(askedId, statusBefore) },
		]),
	);
	return ids.map((id) => byId.get(id) ?? { error: new NotFoundError('Communication', id) });
}

function refusal(id: number, status: CommunicationStatus | null): LmaError {
	if (status === null) return new NotFoundError('Communication', id);
	if (status === 'scheduled') {
		return new ConflictError(
			`Communication ${id} is being sent`,
			'It is too late to cancel it. Check its status in a moment.',
		);
	}
	return new ConflictError(
		`Communication ${id} is ${status}`,
		'Only scheduled communications can be cancelled.',
	);
}
