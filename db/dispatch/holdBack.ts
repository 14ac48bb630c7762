import type { Sql } from '../connection/client';
import type { HeldClaim } from './askSendGate';

/**
 * Keeps from being sent what the send gate does not let pass, in one statement. A block becomes `cancelled`, a deferred one is
 * scheduled for the moment at which it may go out, one that nobody can decide about is due again after a while; each says
 * why in `failure_reason` and its attempt. What an earlier attempt may have sent already keeps its key, and a block makes it
 * `failed` with `outcome_unknown`: that it was not sent cannot be said.
 *
 * Claims that are no longer good, and rows that somebody keeps locked, are left alone. Returns the ids of the others. Can
 * be repeated.
 */
export async function holdBack(sql: Sql, claims: readonly HeldClaim[]): Promise<Set<number>> {
	const input = claims.map((claim) => ({
		id: claim.id,
		epoch: claim.epoch,
		hold: claim.hold,
		reason: claim.reason,
		until: claim.hold === 'defer' ? new Date(claim.until).toISOString() : null,
		delay_seconds: claim.hold === 'wait' ? claim.delaySeconds : null,
	}));
	const held = await sql<{ id: number }[]>`
		with input as materialized (
			select *
			from jsonb_to_recordset(${sql.json(input)}) as t(
				id bigint, epoch int, hold text, reason text, until timestamptz, delay_seconds float8)
		), locked as materialized (
			select input.*, exists (
				select
				from communication_attempts a
				where a.communication_id = c.id
					and a.schedule_version = c.schedule_version
					and a.phase = 'unknown'
			) as may_be_sent
			from communications c
			join input on input.id = c.id
			where c.dispatch_epoch = input.epoch
				and c.status = 'scheduled'
				and c.dispatch_started_at is null
			order by c.id
			for no key update of c skip locked
		), held as (
			update communications c
			set status = case
					when l.hold <> 'block' then 'scheduled'
					when l.may_be_sent then 'failed'
					else 'cancelled'
				end::communication_status_enum,
				failure_reason = case
					when l.hold = 'block' and l.may_be_sent then 'outcome_unknown'
					when l.reason = 'lead_busy' then c.failure_reason
					else l.reason
				end,
				scheduled_at = case when l.hold = 'defer' and not l.may_be_sent then l.until else c.scheduled_at end,
				-- Where the row gets another status or time, a trigger does so.
				dispatch_epoch = c.dispatch_epoch + case when l.hold = 'block' then 0 else 1 end,
				dispatch_at = coalesce(l.until, now() + make_interval(secs => l.delay_seconds))
			from locked l
			where c.id = l.id
			returning c.id, l.epoch, l.hold, l.reason
		), attempt as (
			update communication_attempts a
			set phase = case when h.hold = 'wait' then 'fenced' else 'not_sent' end,
				error = h.reason,
				finished_at = now()
			from held h
			where a.communication_id = h.id
				and a.epoch = h.epoch
		)
		select id
		from held`;
	return new Set(held.map(({ id }) => id));
}
