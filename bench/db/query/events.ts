import { claimEvents } from '../../../db/subscription/claimEvents';
import { openSubscription } from '../../../db/subscription/subscription';
import { EVENT_TYPES } from '../../../domain/event/event';
import { type NamedQuery, pick } from './query';

const SUBSCRIPTION = 'lma bench';

/** The feed of events, and the history of a lead that the same table keeps. */
export const EVENT_QUERIES: readonly NamedQuery[] = [
	{
		name: 'activity_logs of a lead by hand',
		floors: [
			(sql, values, turn) => sql`
				select *
				from activity_logs
				where lead_id = ${pick(values.busyLeads, turn)}
				order by created_at desc
				limit 50`,
		],
		run: (tx, values, turn) => tx`
			select *
			from activity_logs
			where lead_id = ${pick(values.busyLeads, turn)}
			order by created_at desc
			limit 50`,
	},
	{
		// The same reader gets the same batch again until it acknowledges it.
		name: 'claimEvents 100',
		prepare: (tx) =>
			openSubscription(tx, { name: SUBSCRIPTION, eventTypes: [...EVENT_TYPES], from: 'beginning' }),
		run: (tx) => claimEvents(tx, SUBSCRIPTION, { reader: 'bench', limit: 100 }),
	},
];
