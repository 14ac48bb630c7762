import { isGivenUp, type BenchResult, type QueryResult, type WriteCost } from './result';

/** Most milliseconds that 95 of 100 runs may take, the empty transaction taken off. */
const LATENCY_MS = { list: 2, view: 10 } as const;
/** How much slower ten times the data may make a query. */
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
	if (large.app.p50 - small.app.p50 < NOISE_MS)
		return Math.min(1, large.app.p50 / Math.max(small.app.p50, NOISE_MS));
	return large.app.p50 / Math.max(small.app.p50, NOISE_MS);
}

/** Whether a query keeps its budget, under both logins and at both sizes. */
export function judge(result: QueryResult): Verdict {
	if (result.budget === 'other') return { isMet: true, misses: [] };
	const misses: string[] = [];
	const most = LATENCY_MS[result.budget];
	for (const { leads, app, tenant, plan, tenantPlan } of result.sizes) {
		const at = `at ${leads.toLocaleString('en')} leads`;
		const timings = [app, tenant].filter((timing) => timing !== null);
		if (timings.some(isGivenUp)) misses.push(`given up ${at}`);
		const slowest = Math.max(0, ...timings.map((timing) => (isGivenUp(timing) ? 0 : timing.p95)));
		if (slowest > most) misses.push(`p95 ${slowest.toFixed(1)} ms ${at}`);
		const scanned = new Set([...(plan?.scanned ?? []), ...(tenantPlan?.scanned ?? [])]);
		if (scanned.size > 0) misses.push(`reads all of ${[...scanned].join(', ')} ${at}`);
	}
	const growth = growthOf(result);
	if (growth !== null && growth > GROWTH) misses.push(`${growth.toFixed(1)} × at ten times the data`);
	return { isMet: misses.length === 0, misses };
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
