import {
	claimDueCommunications,
	millisecondsUntilNextDispatch,
} from '../../../db/dispatch/claimDueCommunications';
import type { NamedQuery } from './query';

/** What the worker asks over all organizations, again and again. */
export const WORKER_QUERIES: readonly NamedQuery[] = [
	{
		name: 'claimDueCommunications 20',
		budget: 'other',
		login: 'worker',
		run: (tx) =>
			claimDueCommunications(tx, {
				batchSize: 20,
				perOrganization: 20,
				leaseSeconds: 60,
				afterOrganizationId: 0,
			}),
		document: (sql) => sql`
			select *
			from communications
			where status = 'scheduled'
				and scheduled_at <= now()
			order by scheduled_at
			limit 20`,
	},
	{
		name: 'millisecondsUntilNextDispatch',
		budget: 'other',
		login: 'worker',
		run: (tx) => millisecondsUntilNextDispatch(tx),
		document: (sql) => sql`
			select min(scheduled_at)
			from communications
			where status = 'scheduled'
				and scheduled_at > now()`,
	},
];
