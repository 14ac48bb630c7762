import type { Sql } from '../connection/client';
import type { ClaimedCommunication } from './claimDueCommunications';

/** How one attempt ended. `reason` and `error` are codes and cleaned words; both are stored and shown. */
export type DispatchResult = Pick<ClaimedCommunication, 'id' | 'epoch'> &
	(
		| { outcome: 'sent'; providerId?: string }
		/** `delivered` tells whether it is known that nothing was sent. Due again after `delaySeconds`. */
		| { outcome: 'retry'; delivered: 'no' | 'unknown'; delaySeconds: number; reason: string; error?: string }
		/**
		 * The try was not begun: due again after `delaySeconds`, and not counted as an attempt. With `needsPerson` it goes on like that
		 * until somebody does something: then the communication says why it waits.
		 */
		| { outcome: 'returned'; delaySeconds: number; reason: string; needsPerson?: boolean }
		/** For good: the communication becomes `failed` with this reason. */
		| {
				outcome: 'failed';
				delivered: 'no' | 'unknown';
				reason: string;
				error?: string;
				/** The address does not exist: its `addressKey`. Nothing more is sent to it by this organization. */
				deadAddressKey?: string;
		  }
		/** Stays scheduled, and is dispatched no more until it is rescheduled. */
		| { outcome: 'left_to_person'; reason: string }
	);

/** A row that a client has locked, or its lead, holds up what is written together with it no longer than this. */
const LOCK_TIMEOUT_MS = 1_000;

/**
 * Ends attempts, all in one statement: the status of the communications, their attempts, and by trigger the activity
 * rows and contact dates of the leads. A result with a stale epoch changes no communication; its attempt becomes
 * `fenced`. What stays scheduled gets a new epoch, so that a queue that delivers the same batch again finds nothing to
 * do. An address that does not exist is suppressed with the same commit. Returns the ids that were accepted. Can be repeated: the second time everything is stale. Throws
 * lock_not_available (55P03), and has written nothing, when a client keeps one of the rows or their leads locked.
 */
export async function finishDispatches(sql: Sql, results: DispatchResult[]): Promise<Set<number>> {
	const input = results.map((result) => ({
		id: result.id,
		epoch: result.epoch,
		outcome: result.outcome,
		phase: phaseOf(result),
		provider_id: result.outcome === 'sent' ? (result.providerId ?? null) : null,
		reason: result.outcome === 'sent' ? null : result.reason,
		error: errorOf(result),
		is_shown: result.outcome === 'failed' || (result.outcome === 'returned' && result.needsPerson === true),
		delay_seconds: 'delaySeconds' in result ? result.delaySeconds : null,
		dead_address_key: result.outcome === 'failed' ? (result.deadAddressKey ?? null) : null,
	}));
	const accepted = await sql<{ id: number }[]>`
		with input as materialized (
			select t.*
			from jsonb_to_recordset(${sql.json(input)}) as t(
				id bigint, epoch int, outcome text, phase text, provider_id text, reason text, error text,
				is_shown boolean, delay_seconds float8, dead_address_key text)
			-- For this statement alone, and before it locks anything.
			cross join set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)
		), locked as materialized (
			select c.id, input.epoch
			from communications c
			join input on input.id = c.id
			where c.dispatch_epoch = input.epoch
				and c.status = 'scheduled'
				and c.dispatch_started_at is not null
			order by c.id
			for no key update of c
		), finished as (
			update communications c
			set status = case input.outcome
					when 'sent' then 'completed'
					when 'failed' then 'failed'
					else 'scheduled'
				end::communication_status_enum,
				completed_at = case when input.outcome = 'sent' then now() else c.completed_at end,
				failure_reason = case when input.is_shown then input.reason end,
				dispatch_started_at = null,
				dispatch_epoch = c.dispatch_epoch + case when input.outcome in ('sent', 'failed') then 0 else 1 end,
				dispatch_at = case
					when input.outcome in ('retry', 'returned') then now() + make_interval(secs => input.delay_seconds)
				end
			from locked
			join input on input.id = locked.id and input.epoch = locked.epoch
			where c.id = locked.id
			returning c.id, locked.epoch, c.organization_id
		), suppressed as (
			insert into suppressions (organization_id, communication_type, address_key, reason, source)
			select distinct f.organization_id, 'email'::communication_type_enum, input.dead_address_key, 'address_bounced', 'bounce'
			from finished f
			join input on input.id = f.id and input.epoch = f.epoch
			where input.dead_address_key is not null
			order by f.organization_id, input.dead_address_key
			on conflict do nothing
		), attempt as (
			update communication_attempts a
			set phase = case when f.id is null then 'fenced' else input.phase end,
				provider_id = input.provider_id,
				error = coalesce(input.error, case when f.id is null then 'stale' end),
				sending_at = case when input.outcome <> 'returned' then a.sending_at end,
				finished_at = now()
			from input
			left join finished f on f.id = input.id and f.epoch = input.epoch
			where a.communication_id = input.id
				and a.epoch = input.epoch
				and a.sending_at is not null
				and a.phase in ('sending', 'unknown')
		)
		select id
		from finished`;
	return new Set(accepted.map(({ id }) => id));
}

/**
 * Decides about communications whose worker vanished between the intent and the result. Whether they were sent is not
 * known. They are sent again only where that is safe (the webhook deduplicates on our key) or wanted (the organization
 * set `settings.dispatch.resendUnknown` for e-mail), and at most `maxAttempts` times in all; the others become
 * `failed` with the reason `outcome_unknown`, for a person to look at. Returns how many went which way.
 */
export async function resolveUnknownOutcomes(
	sql: Sql,
	{ maxAttempts, limit }: { maxAttempts: number; limit: number },
): Promise<{ resent: number; failed: number }> {
	const [counts] = await sql<{ resent: number; failed: number }[]>`
		with expired as materialized (
			select c.id, c.organization_id, c.communication_type, c.dispatch_epoch, c.schedule_version
			from communications c
			where c.status = 'scheduled'
				and c.dispatch_at <= now()
				and c.dispatch_started_at is not null
			order by c.id
			limit ${limit}::int
			for no key update skip locked
		), decided as materialized (
			select e.id, e.dispatch_epoch, (
				case
					when e.communication_type = 'email' then coalesce((
						select o.settings #>> '{dispatch,resendUnknown}' = 'true'
						from organizations o
						where o.id = e.organization_id
					), false)
					else coalesce((
						select i.configuration ->> 'deduplicates' = 'true'
						from integrations i
						where i.organization_id = e.organization_id
							and i.integration_type = 'webhook'
							and i.status = 'active'
							and i.configuration -> 'communicationTypes' ? e.communication_type::text
						order by i.id
						limit 1
					), false)
				end
				and (
					select count(*)
					from communication_attempts a
					where a.communication_id = e.id
						and a.schedule_version = e.schedule_version
						and a.sending_at is not null
				) < ${maxAttempts}::int
			) as resend
			from expired e
		), resolved as (
			update communications c
			set dispatch_epoch = c.dispatch_epoch + 1,
				dispatch_started_at = null,
				dispatch_at = case when d.resend then now() end,
				status = case when d.resend then c.status else 'failed' end,
				failure_reason = case when not d.resend then 'outcome_unknown' end
			from decided d
			where c.id = d.id
			returning d.resend
		), attempt as (
			update communication_attempts a
			set phase = 'unknown', finished_at = now(), error = 'lease_expired'
			from decided d
			where a.communication_id = d.id
				and a.epoch = d.dispatch_epoch
		)
		select count(*) filter (where resend)::int as resent, count(*) filter (where not resend)::int as failed
		from resolved`;
	return { resent: counts?.resent ?? 0, failed: counts?.failed ?? 0 };
}

function phaseOf(result: DispatchResult): 'sent' | 'not_sent' | 'unknown' {
	if (result.outcome === 'sent') return 'sent';
	return 'delivered' in result && result.delivered === 'unknown' ? 'unknown' : 'not_sent';
}

function errorOf(result: DispatchResult): string | null {
	if (result.outcome === 'sent') return null;
	const words = 'error' in result ? result.error : undefined;
	return words ? `${result.reason}: ${words}` : result.reason;
}
