import type { PlanFacts } from './measure/plan';
import type { GivenUp, Timing } from './measure/warm';

export type OrganizationKind = 'large' | 'middle' | 'tiny';

/** One query at one size of the database. */
export interface SizeResult {
	/** Leads in the whole database. */
	leads: number;
	/** Under a login in lma_app; a worker's query: under one in lma_worker. */
	app: Timing | GivenUp;
	/** Under the organization's own login; null for a worker's query. */
	tenant: Timing | GivenUp | null;
	/** The quickest of its floors; null where it has none. */
	floor: Timing | null;
	plan: PlanFacts | null;
	tenantPlan: PlanFacts | null;
	floorPlan: PlanFacts | null;
	/** First executions after server and system forgot the data, in milliseconds, transaction included; null: not measured. */
	coldMs: number[] | null;
}

/** One query in one organization, at the smaller size and the larger. */
export interface QueryResult {
	query: string;
	organization: OrganizationKind;
	sizes: SizeResult[];
}

/** What keeping the totals of the views costs a write. */
export interface WriteCost {
	table: string;
	rows: number;
	/** Medians in milliseconds. */
	withTotals: number;
	withoutTotals: number;
	/** The median of the ratios of neighbouring runs, less 1: 0.25 is a quarter more. */
	added: number;
	/** The standard error of that. */
	error: number;
}

/** All that a run has found out. */
export interface BenchResult {
	benchmark: 'db';
	/** Leads of the larger size. */
	leads: number;
	postgresql: string;
	settings: Record<string, string>;
	machine: { cpu: string; cores: number; memoryGiB: number; node: string };
	/** Of the system over 1, 5 and 15 minutes at the end of the queries: above the cores, others were at work, too. */
	loadAverage: number[];
	startedAt: string;
	/** Seconds to generate, copy and index, by the number of leads. */
	loadSeconds: Record<string, number>;
	/** Leads of the measured organizations, by the number of all. */
	organizations: Record<string, Record<OrganizationKind, number>>;
	databaseBytes: Record<string, number>;
	queries: QueryResult[];
	writeCosts: WriteCost[];
}

export function isGivenUp(timing: Timing | GivenUp): timing is GivenUp {
	return 'givenUpAfterMs' in timing;
}
