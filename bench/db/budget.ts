import { medianRatio, type Ratio } from '../ratio';
import type { GivenUp, Timing } from './measure/warm';
import { isGivenUp, type BenchResult, type QueryResult, type SizeResult, type WriteCost } from './result';

/** How much longer than its floor a query may take. */
const TIME = 1.5;
/** How many times the buffers of its floor it may touch; so few more count for nothing. */
const BUFFERS = 1.3;
const FEW_BUFFERS = 3;
/** How much slower ten times the data may make it. */
const GROWTH = 1.2;
/** A difference of the medians below this is that of clocks and schedulers, not of data. Milliseconds. */
const NOISE_MS = 0.05;
/** How much more a write may cost for the totals. */
const WRITE_COST = 0.25;

export interface Verdict {
	isMet: boolean;
	/** What misses, in words; empty when nothing does. */
	misses: string[];
}

/** How often the median at the larger size is that at the smaller one; null when one of them was given up. */
export function growthOf({ sizes }: QueryResult): number | null {
	const [small, large] = [sizes.at(0), sizes.at(-1)];
	if (!small || !large || isGivenUp(small.app) || isGivenUp(large.app)) return null;
	const growth = large.app.p50 / Math.max(small.app.p50, NOISE_MS);
	return large.app.p50 - small.app.p50 < NOISE_MS ? Math.min(1, growth) : growth;
}

/** The time of a login over that of the floor: the median over the parts of the run, in which both took turns. */
export function timeRatio(timing: Timing | GivenUp | null, floor: Timing | null): Ratio | null {
	if (!timing || !floor || isGivenUp(timing)) return null;
	// Less than clocks tell apart counts as that.
	const told = (parts: readonly number[]) => parts.map((part) => Math.max(part, NOISE_MS));
	return medianRatio(told(timing.parts), told(floor.parts));
}

/** Buffers over those of the floor. */
export function bufferRatio({ plan, floorPlan }: SizeResult): number | null {
	if (!plan || !floorPlan) return null;
	return plan.buffers - floorPlan.buffers <= FEW_BUFFERS
		? Math.min(1, plan.buffers / Math.max(1, floorPlan.buffers))
		: plan.buffers / Math.max(1, floorPlan.buffers);
}

/** Whether a query keeps its budget, under both logins and at both sizes. One without a floor has none. */
export function judge(result: QueryResult): Verdict {
	const misses = result.sizes.flatMap((size) => {
		const at = `at ${size.leads.toLocaleString('en')} leads`;
		return missesAt(size).map((miss) => `${miss} ${at}`);
	});
	const growth = growthOf(result);
	if (result.sizes.some(({ floor }) => floor) && growth !== null && growth > GROWTH) {
		misses.push(`${growth.toFixed(1)} × at ten times the data`);
	}
	return { isMet: misses.length === 0, misses };
}

function missesAt(size: SizeResult): string[] {
	const { app, tenant, floor, plan, tenantPlan } = size;
	if (isGivenUp(app) || (tenant && isGivenUp(tenant))) return ['given up'];
	if (!floor) return [];
	const misses: string[] = [];
	for (const [timing, login] of [
		[app, ''],
		[tenant, ' with a tenant login'],
	] as const) {
		const time = timeRatio(timing, floor);
		if (timing && time && time.median > TIME && timing.p50 - floor.p50 > NOISE_MS)
			misses.push(`${time.median.toFixed(1)} × the time of its floor${login}`);
	}
	const buffers = bufferRatio(size);
	if (buffers !== null && buffers > BUFFERS) misses.push(`${buffers.toFixed(1)} × its buffers`);
	const scanned = new Set([...(plan?.scanned ?? []), ...(tenantPlan?.scanned ?? [])]);
	if (scanned.size > 0) misses.push(`reads all of ${[...scanned].join(', ')}`);
	return misses;
}

export function judgeWrite(cost: WriteCost): Verdict {
	const isMet = cost.added <= WRITE_COST;
	return { isMet, misses: isMet ? [] : [`${Math.round(cost.added * 100)} % more`] };
}

/** Everything that misses its budget, a line each. */
export function missesOf(result: BenchResult): string[] {
	const lines = [
		...result.queries.map((query) => ({ what: `${query.query} (${query.organization})`, ...judge(query) })),
		...result.writeCosts.map((cost) => ({ what: `insert into ${cost.table}`, ...judgeWrite(cost) })),
	];
	return lines.filter(({ isMet }) => !isMet).map(({ what, misses }) => `${what}: ${misses.join('; ')}`);
}
