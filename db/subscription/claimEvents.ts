import { z } from 'zod/v4';

import { NotFoundError, ValidationError } from '../../domain/error/errors';
import type { LmaEvent } from '../../domain/event/event';
import { integer, text } from '../../domain/input/field';
import { parseInput } from '../../domain/input/parseInput';
import type { Sql } from '../connection/client';
import { type RawEvent, toEvent } from '../event/event';

/**
 * How events are claimed.
 *
 * @internal tests look at what is known of each field
 */
export const claimSchema = z.strictObject({
	/** Names the reader, one of its own for every process: claims under one name are taken for the same reader. */
	reader: text(200).refine((reader) => reader.trim() !== '', 'is empty; name the reader'),
	/** How long others leave the batch to this reader. */
	leaseSeconds: integer('must be a number of seconds', 1, 3600).default(60),
	/** Most events at once. */
	limit: integer('must be a number of events', 1, 10_000).default(100),
});
export type ClaimOptions = z.input<typeof claimSchema>;

/** Events under a lease. */
export interface EventClaim {
	/** Fencing token: acknowledges this batch until another reader has taken over. */
	epoch: number;
	/** In the order of commits, those of one transaction together. Empty when there is nothing to do: then no lease is held. */
	events: LmaEvent[];
	/** Acknowledging this acknowledges the whole batch. */
	cursor: string;
	/** Go on at once: there is more, or a long stretch without a match was passed. */
	more: boolean;
}

/** Events looked at in one call, so that a filter which nothing matches keeps no connection busy for long. */
const SCAN_LIMIT = 10_000;

/**
 * Takes the lease of a subscription and the next events, at least once each: what is not acknowledged within the lease
 * goes to whoever claims then. The same reader may claim again before it acknowledged, and gets the same events under
 * a new epoch. Null when another reader holds the lease.
 *
 * Run it in a transaction of its own: the lease counts once that is committed. One statement.
 * @throws NotFoundError when there is no such subscription.
 */
export async function claimEvents(sql: Sql, name: string, options: ClaimOptions): Promise<EventClaim | null> {
	const { reader, leaseSeconds, limit } = parseInput(claimSchema, options);
	const [claim] = await sql<
		[{ outcome: string; epoch: number; events: RawEvent[]; cursor: string; more: boolean }]
	>`
		select outcome, epoch, events, cursor_transaction || ':' || cursor_id as cursor, more
		from lma.claim_events(${name}, ${reader}, ${leaseSeconds}, ${limit}, ${Math.max(limit, SCAN_LIMIT)})`;
	if (claim.outcome === 'unknown') throw unknownSubscription(name);
	if (claim.outcome === 'held') return null;
	const { epoch, events, cursor, more } = claim;
	return { epoch, events: events.map(toEvent), cursor, more };
}

/**
 * Says that everything up to `cursor` was dealt with: the cursor of a claim, or of one of its events. At the end of the
 * batch the lease ends, too. False when another reader has taken over since: then nothing changes, and the events are
 * delivered again. Can be repeated. One statement.
 * @throws NotFoundError when there is no such subscription; ValidationError when the cursor is not of this claim.
 */
export async function acknowledgeEvents(
	sql: Sql,
	name: string,
	epoch: number,
	cursor: string,
): Promise<boolean> {
	const [, transaction, id] = /^(\d{1,19}):(\d{1,19})$/.exec(cursor) ?? [];
	if (!transaction || !id) throw foreignCursor(cursor);
	const [{ outcome }] = await sql<[{ outcome: string }]>`
		select lma.acknowledge_events(${name}, ${epoch}, ${transaction}::xid8, ${id}::bigint) as outcome`;
	if (outcome === 'unknown') throw unknownSubscription(name);
	if (outcome === 'outside') throw foreignCursor(cursor);
	return outcome === 'moved';
}

/** Makes the lease last `leaseSeconds` from now. False when it was lost, or nothing is in flight. One statement. */
export async function renewLease(
	sql: Sql,
	name: string,
	epoch: number,
	leaseSeconds: number,
): Promise<boolean> {
	const [result] = await sql<[{ renewed: boolean }]>`
		select lma.renew_events(${name}, ${epoch}, ${leaseSeconds}) as renewed`;
	return result.renewed;
}

/**
 * Gives the lease back, so that the next reader need not wait for its end. What was not acknowledged is delivered again.
 * `error` is kept with the subscription until there is progress. False when the lease was lost. One statement.
 */
export async function releaseSubscription(
	sql: Sql,
	name: string,
	epoch: number,
	{ error }: { error?: string } = {},
): Promise<boolean> {
	const [result] = await sql<[{ released: boolean }]>`
		select lma.release_events(${name}, ${epoch}, ${error ?? null}) as released`;
	return result.released;
}

function unknownSubscription(name: string): NotFoundError {
	return new NotFoundError('Subscription', name, 'It was closed, or never opened. Open it again.');
}

function foreignCursor(cursor: string): ValidationError {
	return new ValidationError(
		'cursor',
		`cursor ${cursor.slice(0, 50)} does not belong to this claim`,
		'Use the cursor of the claim, or of one of its events.',
	);
}
