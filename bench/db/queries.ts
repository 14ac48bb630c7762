import { EVENT_QUERIES } from './query/events';
import { HISTORY_QUERIES } from './query/history';
import { LEAD_QUERIES } from './query/leads';
import type { NamedQuery } from './query/query';
import { REPORT_QUERIES } from './query/reports';
import { WORKER_QUERIES } from './query/worker';

/** Everything that is measured, in the order of the tables. */
export const QUERIES: readonly NamedQuery[] = [
	...LEAD_QUERIES,
	...HISTORY_QUERIES,
	...EVENT_QUERIES,
	...REPORT_QUERIES,
	...WORKER_QUERIES,
];
