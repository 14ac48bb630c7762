import type { Sql } from '../connection/client';

/** A communication this worker may send, as long as nobody holds a newer epoch. */
export interface ClaimedCommunication {
	id: number;
	/** Fencing epoch of this claim. */
	epoch: number;
	organizationId: number;
}

export interface ClaimLimits {
	/** At most this many rows in one claim. */
	batchSize: number;
	/** At most this many rows of one organization in one claim. */
	perOrganization: number;
	/** How long the claim holds before another worker may take the rows. */
	leaseSeconds: number;
	/** Organization after which the round goes on, so that the last ones get their turn as well. */
	afterOrganizationId: number;
}

/**
 * Takes due communications of active organizations under a lease. Rows that another worker is taking are skipped, rows
 * whose lease ran out before anything was sent are taken again. Rows that may have been sent are left to
 * `resolveUnknownOutcomes`. Returns them in no particular order; empty when nothing is due.
 */
export async function claimDueCommunications(sql: Sql, limits: ClaimLimits): Promise<ClaimedCommunication[]> {
	return sql<ClaimedCommunication[]>`
		with due as materialized (
			select c.id, c.dispatch_epoch as last_epoch
			from (
				select o.id
				from organizations o
				where o.is_active
				order by o.id <= ${limits.afterOrganizationId}::int, o.id
			) o
			cross join lateral (
				select c.id, c.dispatch_epoch
				from communications c
				where c.organization_id = o.id
					and c.status = 'scheduled'
					and c.dispatch_at <= now()
					and c.dispatch_started_at is null
				order by c.dispatch_at
				limit ${limits.perOrganization}::int
				for no key update skip locked
			) c
			limit ${limits.batchSize}::int
		), claimed as (
			update communications c
			set dispatch_epoch = c.dispatch_epoch + 1,
				dispatch_at = now() + make_interval(secs => ${limits.leaseSeconds}::float8)
			from due
			where c.id = due.id
			returning c.id, c.organization_id, c.dispatch_epoch, c.schedule_version
		), superseded as (
			update communication_attempts a
			set phase = 'fenced', finished_at = now(), error = 'lease_expired'
			from due
			where a.communication_id = due.id
				and a.epoch = due.last_epoch
				and a.phase = 'claimed'
		), attempt as (
			insert into communication_attempts (
				communication_id, epoch, organization_id, schedule_version, idempotency_key, claimed_at)
			select id, dispatch_epoch, organization_id, schedule_version,
				format('%s:%s:%s', organization_id, id, schedule_version), now()
			from claimed
		)
		select id, dispatch_epoch as epoch, organization_id
		from claimed`;
}

/**
 * Gives claimed rows back before anything was sent, at once due again, and fences off the claim. Rows that were
 * started, cancelled, rescheduled or claimed anew since are left alone. Returns how many went back.
 */
export async function releaseClaims(sql: Sql, claims: ClaimedCommunication[]): Promise<number> {
	const released = await sql`
		with input as materialized (
			select id, epoch
			from jsonb_to_recordset(${sql.json(identities(claims))}) as t(id bigint, epoch int)
		), locked as materialized (
			-- What an organization keeps locked comes back by its lease.
			select c.id, input.epoch
			from communications c
			join input on input.id = c.id
			where c.dispatch_epoch = input.epoch
				and c.status = 'scheduled'
				and c.dispatch_started_at is null
			for no key update of c skip locked
		), released as (
			update communications c
			set dispatch_epoch = c.dispatch_epoch + 1, dispatch_at = now()
			from locked
			where c.id = locked.id
			returning c.id, locked.epoch
		), attempt as (
			update communication_attempts a
			set phase = 'fenced', finished_at = now(), error = 'released'
			from released r
			where a.communication_id = r.id
				and a.epoch = r.epoch
		)
		select id
		from released`;
	return released.length;
}

/** Milliseconds until the next communication becomes due, by the clock of the database; null when none is planned. */
export async function millisecondsUntilNextDispatch(sql: Sql): Promise<number | null> {
	const [next] = await sql<{ milliseconds: number | null }[]>`
		select (extract(epoch from min(c.dispatch_at) - clock_timestamp()) * 1000)::float8 as milliseconds
		from organizations o
		cross join lateral (
			select c.dispatch_at
			from communications c
			where c.organization_id = o.id
				and c.status = 'scheduled'
				and c.dispatch_at > now()
				-- PostgreSQL before 17 cannot subtract from it.
				and c.dispatch_at < 'infinity'
				and c.dispatch_started_at is null
			order by c.dispatch_at
			limit 1
		) c
		where o.is_active`;
	return next?.milliseconds ?? null;
}

/** Plain JSON of the columns that name a claim. */
export function identities(claims: readonly ClaimedCommunication[]): { id: number; epoch: number }[] {
	return claims.map(({ id, epoch }) => ({ id, epoch }));
}
