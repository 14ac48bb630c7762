import { z } from 'zod/v4';

import { EVENT_TYPES, type EventType } from '../../domain/event/event';
import { label, text } from '../../domain/input/field';
import { parseInput } from '../../domain/input/parseInput';
import type { Sql } from '../connection/client';
import { type EventFilter, eventFilterSchema, type GivenEventFilter, withValues } from './eventFilter';

const subscriptionName = text(200).refine((name) => name.trim() !== '', 'is empty; name the subscription');

/**
 * What a subscription is opened with.
 *
 * @internal tests look at what is known of each field
 */
export const subscriptionSchema = z.strictObject({
	name: subscriptionName,
	eventTypes: z.array(label(EVENT_TYPES)).min(1, { error: 'is empty; choose at least one type of event' }),
	filter: eventFilterSchema.default({}),
	/**
	 * `keep` leaves an existing subscription where it is, and lets a new one begin now. `now` and `beginning` move it
	 * there, and take the lease from whoever is reading. Now is where the oldest transaction that still runs will be: events
	 * of the last moments may be delivered, too.
	 */
	from: label(['keep', 'now', 'beginning']).default('keep'),
});
export type NewSubscription = Omit<z.input<typeof subscriptionSchema>, 'filter'> & {
	filter?: GivenEventFilter | undefined;
};

/** A row of `lma.event_subscriptions`. */
export interface Subscription {
	name: string;
	eventTypes: EventType[];
	filter: EventFilter;
	/** The reader at work, and until when its lease lasts. Null when nothing is in flight. */
	leaseOwner: string | null;
	leaseUntil: string | null;
	/** Events handed out so far, those handed out again included. */
	delivered: number;
	/** When it last got further. */
	movedAt: string;
	/** What the last reader that gave up said; cleared by progress. */
	lastError: string | null;
	createdAt: string;
	updatedAt: string;
}

/** How far a subscription is behind. */
export interface SubscriptionLag {
	/** Events of its types not acknowledged yet, found among the next 10,000 of the organization. */
	eventsBehind: number;
	/** Whether there are more events than those counted among. */
	hasMore: boolean;
	/** When the oldest of them happened; null when there is none. */
	oldestAt: string | null;
	/** Seconds since then; 0 when there is none. */
	ageSeconds: number;
}

const COLUMNS = [
	'name',
	'event_types',
	'filter',
	'lease_owner',
	'lease_until',
	'delivered',
	'moved_at',
	'last_error',
	'created_at',
	'updated_at',
] as const;

const LAG_SCAN = 10_000;

/**
 * Makes a subscription, or gives an existing one these types and this filter. Can be repeated, as a trigger does at every
 * activation: by default an existing one goes on where it was. What the organization calls a status or a temperature stands for its
 * value. One statement, and one before where the filter has such labels.
 *
 * @throws ValidationError when the organization has no such label
 */
export async function openSubscription(sql: Sql, subscription: NewSubscription): Promise<Subscription> {
	const { name, eventTypes, filter, from } = parseInput(subscriptionSchema, {
		...subscription,
		filter: await withValues(sql, subscription.filter ?? {}),
	});
	const [opened] = await sql<[Subscription]>`
		select ${sql(COLUMNS)}
		from lma.open_subscription(${name}, ${eventTypes}::text[], ${sql.json(filter)}, ${from})`;
	return opened;
}

/** Ends a subscription for good; what it had not read is not kept for it. False when there was none. Can be repeated. */
export async function closeSubscription(sql: Sql, name: string): Promise<boolean> {
	const [result] = await sql<[{ closed: boolean }]>`
		select lma.close_subscription(${name}) as closed`;
	return result.closed;
}

/** All subscriptions of the organization by name, with how far each is behind. One statement. */
export function listSubscriptions(sql: Sql) {
	return sql<(Subscription & SubscriptionLag)[]>`
		select
			${sql(COLUMNS.map((column) => `s.${column}`))},
			lag.behind as events_behind, lag.is_more as has_more, lag.oldest_at,
			greatest(extract(epoch from now() - lag.oldest_at), 0)::float8 as age_seconds
		from lma.event_subscriptions s
		cross join lateral lma.subscription_lag(s.name, ${LAG_SCAN}) lag
		where s.organization_id = (select lma.current_organization_id())
		order by s.name`;
}

/**
 * The channel to `listen` on, which says that there may be events to claim, and nothing else. A reader that hears nothing
 * still looks every few seconds, and at once after it had to connect again. One statement.
 */
export async function eventChannel(sql: Sql): Promise<string> {
	const [row] = await sql<[{ channel: string }]>`
		select channel
		from lma.event_channels
		where organization_id = (select lma.current_organization_id())`;
	return row.channel;
}
