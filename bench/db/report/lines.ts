import type { Line, RunLine } from '../../line';
import { round } from '../../statistics';
import { growthOf, judge, judgeWrite, timeRatio } from '../budget';
import { type BenchResult, isGivenUp, type QueryResult, type SizeResult, type WriteCost } from '../result';

/** A run as lines of JSON: where it was, then everything that was measured. */
export function linesOf({ queries, writeCosts, ...run }: BenchResult): (RunLine | Line)[] {
	return [
		{ benchmark: 'db', run },
		...queries.flatMap((query) => query.sizes.map((size) => queryLine(query, size))),
		...writeCosts.map((cost) => writeLine(cost, run.leads)),
	];
}

function queryLine(result: QueryResult, size: SizeResult): Line {
	const { app, tenant, floor, plan, tenantPlan, floorPlan, coldMs, leads } = size;
	const time = timeRatio(app, floor);
	return {
		benchmark: 'db',
		name: result.query,
		organization: result.organization,
		size: leads,
		ms: isGivenUp(app) ? null : round(app.p50),
		ratio: time && round(time.median),
		ratioError: time && round(time.error),
		buffers: plan?.buffers ?? null,
		floorBuffers: floorPlan?.buffers ?? null,
		p95Ms: isGivenUp(app) ? null : round(app.p95),
		floorMs: floor && round(floor.p50),
		tenantRatio: timeRatio(tenant, floor)?.median ?? null,
		tenantBuffers: tenantPlan?.buffers ?? null,
		growth: size === result.sizes.at(-1) ? growthOf(result) : null,
		coldMs,
		indexes: plan?.indexes ?? [],
		isMet: floor ? judge(result).isMet : null,
	};
}

function writeLine(cost: WriteCost, leads: number): Line {
	const { table, rows, withTotals, withoutTotals, added, error } = cost;
	return {
		benchmark: 'db',
		name: `insert into ${table}, beside the same without totals`,
		organization: 'large',
		size: leads,
		ms: round(withTotals),
		ratio: round(1 + added),
		ratioError: round(error),
		buffers: null,
		floorBuffers: null,
		rows,
		floorMs: round(withoutTotals),
		isMet: judgeWrite(cost).isMet,
	};
}
