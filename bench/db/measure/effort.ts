import type { OrganizationKind } from '../result';
import type { WarmOptions } from './warm';

/** How much time is spent on measuring. */
export interface Effort extends WarmOptions {
	/** Which ones are measured; the large one is always among them. */
	organizations: OrganizationKind[];
	/** Calls whose plan is looked at; the driver's statements have the plan that they keep from the sixth on. */
	explained: number;
	/** First executions per query. */
	coldSamples: number;
	/** Pairs of inserts, with and without totals, per table; and their rows. */
	writePairs: number;
	writeRows: number;
}

/** The effort for so many leads, with other `runs` where they are given; the time for them changes alike. */
export function effortFor(leads: number, runs?: number): Effort {
	const effort = usualEffort(leads);
	if (runs === undefined) return effort;
	const { boxMs } = effort;
	return { ...effort, runs, boxMs: (boxMs * runs) / effort.runs };
}

/** Full effort from half a million leads on: some fifteen minutes. Below, less than one. */
function usualEffort(leads: number): Effort {
	if (leads >= 500_000) {
		return {
			organizations: ['large', 'middle', 'tiny'],
			runs: 200,
			boxMs: 3_000,
			explained: 8,
			coldSamples: 3,
			writePairs: 11,
			writeRows: 10_000,
		};
	}
	if (leads >= 10_000) {
		return {
			organizations: ['large', 'tiny'],
			explained: 7,
			runs: 20,
			boxMs: 200,
			coldSamples: 1,
			writePairs: 2,
			writeRows: 10_000,
		};
	}
	return {
		organizations: ['large'],
		explained: 1,
		runs: 2,
		boxMs: 50,
		coldSamples: 1,
		writePairs: 1,
		writeRows: 100,
	};
}
