import { performance } from 'node:perf_hooks';

import { median, percentile, round, summarise, type Summary } from '../../statistics';
import type { NamedQuery } from '../query/query';
import type { Values } from '../query/values';
import type { Session } from './session';

/** Times in milliseconds as the client sees them, less `empty`. */
export interface Timing extends Summary {
	/** Median of the empty transactions between the runs, in milliseconds. */
	empty: number;
	/** What 95 of 100 of those did not exceed, less their median: as much of the times is the machine's. */
	unrest: number;
	/** The medians of tenths of the runs, one after the other. Lanes that took turns had the same weather in each of them. */
	parts: number[];
}

/** A query that was given up, and after how long. */
export interface GivenUp {
	givenUpAfterMs: number;
}

export interface Lane {
	session: Session;
	values: Values;
}

export interface WarmOptions {
	/** Samples per lane. */
	runs: number;
	/** A lane that has taken so long ends with the samples it has, one at least. */
	boxMs: number;
}

const EMPTY_EVERY = 4;
const PARTS = 10;
/** The driver's connections plan a statement for good from the sixth time on. */
const FEWEST_WARM_UPS = 6;

/**
 * Times one query on several lanes in turns, so that whatever else the machine does meets all of them alike. The first
 * turns of a lane warm it up and do not count: a quarter of its runs, six at least, or a third of its time.
 */
export async function measureWarm(
	query: NamedQuery,
	lanes: readonly Lane[],
	options: WarmOptions,
): Promise<(Timing | GivenUp)[]> {
	const running = lanes.map((lane) => new LaneRun(query, lane, options));
	for (let turn = 0; running.some((lane) => !lane.isDone); turn++) {
		for (const lane of running) if (!lane.isDone) await lane.step(turn);
	}
	return running.map((lane) => lane.result());
}

class LaneRun {
	isDone = false;
	private samples: number[] = [];
	private empties: number[] = [];
	private spentMs = 0;
	private warmUps = 0;
	private givenUpAfterMs: number | undefined;

	constructor(
		private readonly query: NamedQuery,
		private readonly lane: Lane,
		private readonly options: WarmOptions,
	) {}

	async step(turn: number): Promise<void> {
		const { session, values } = this.lane;
		const { boxMs, runs } = this.options;
		if (turn % EMPTY_EVERY === 0) this.empties.push(await timed(() => session.empty()));
		let took: number;
		const begun = performance.now();
		try {
			took = await timed(() => session.run(this.query, values, turn));
		} catch (error) {
			if (!isGivenUp(error)) throw error;
			this.givenUpAfterMs = performance.now() - begun;
			this.isDone = true;
			return;
		}
		this.spentMs += took;
		const isWarmingUp = this.warmUps < Math.max(FEWEST_WARM_UPS, runs / 4) && this.spentMs < boxMs / 3;
		if (isWarmingUp) this.warmUps++;
		else this.samples.push(took);
		this.isDone = this.samples.length >= runs || (this.samples.length > 0 && this.spentMs > boxMs);
	}

	result(): Timing | GivenUp {
		if (this.givenUpAfterMs !== undefined) return { givenUpAfterMs: Math.round(this.givenUpAfterMs) };
		const empty = median(this.empties);
		const unrest = percentile(this.empties, 0.95) - empty;
		const taken = this.samples.map((sample) => Math.max(0, sample - empty));
		return { ...summarise(taken), empty, unrest, parts: partsOf(taken) };
	}
}

function partsOf(samples: readonly number[]): number[] {
	const size = Math.max(1, Math.ceil(samples.length / PARTS));
	const parts = Array.from({ length: Math.ceil(samples.length / size) }, (_, n) =>
		samples.slice(n * size, (n + 1) * size),
	);
	return parts.map((part) => round(median(part), 4));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

/** The statement ran into its time-out, or filled the disk with temporary files up to their limit. */
function isGivenUp(error: unknown): boolean {
	const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
	return code === '57014' || code === '53400';
}
