import { EVENT_QUERIES } from './events';
import { HISTORY_QUERIES } from './history';
import { LEAD_QUERIES } from './leads';
import type { NamedQuery } from './query';
import { REPORT_QUERIES } from './reports';
import { WORKER_QUERIES } from './worker';

/** Everything that is measured, in the order of the tables. */
export const QUERIES: readonly NamedQuery[] = [
	...LEAD_QUERIES,
	...HISTORY_QUERIES,
	...EVENT_QUERIES,
	...REPORT_QUERIES,
	...WORKER_QUERIES,
];
