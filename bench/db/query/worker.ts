import {
	claimDueCommunications,
	millisecondsUntilNextDispatch,
} from '../../../db/dispatch/claimDueCommunications';
import type { NamedQuery } from './query';

/** What the worker asks over all organizations, again and again. */
export const WORKER_QUERIES: readonly NamedQuery[] = [
	{
		name: 'claimDueCommunications 20',
		login: 'worker',
		run: (tx) =>
			claimDueCommunications(tx, {
				batchSize: 20,
				perOrganization: 20,
				leaseSeconds: 60,
				afterOrganizationId: 0,
			}),
	},
	{
		name: 'millisecondsUntilNextDispatch',
		login: 'worker',
		run: (tx) => millisecondsUntilNextDispatch(tx),
	},
];
