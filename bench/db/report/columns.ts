import { bufferRatio, growthOf, judge, timeRatio } from '../budget';
import type { GivenUp, Timing } from '../measure/warm';
import {
	type BenchResult,
	isGivenUp,
	type OrganizationKind,
	type QueryResult,
	type SizeResult,
} from '../result';
import { median } from '../../statistics';

export interface Column {
	heading: string;
	/** Aligned to the right. */
	isNumber?: boolean;
	cell(result: QueryResult): string;
}

/** The columns for one organization; with `isBrief` without what was measured for the large one alone. */
export function columnsFor(sizes: readonly number[], isBrief: boolean): Column[] {
	const [small = 0, large = 0] = sizes;
	const at = (result: QueryResult, leads: number) => result.sizes.find((size) => size.leads === leads);
	const timing = (
		heading: string,
		leads: number,
		of: (size: SizeResult) => Timing | GivenUp | null | undefined,
		key: 'p50' | 'p95' | 'p99',
	): Column => ({
		heading,
		isNumber: true,
		cell: (result) => {
			const size = at(result, leads);
			return size ? showTiming(of(size), key) : '';
		},
	});
	const ratio = (
		heading: string,
		leads: number,
		of: (size: SizeResult) => number | null | undefined,
	): Column => ({
		heading,
		isNumber: true,
		cell(result) {
			const size = at(result, leads);
			return (size && of(size)?.toFixed(2)) ?? '';
		},
	});
	const app = (size: SizeResult) => size.app;
	const plan = (result: QueryResult) => at(result, large)?.plan;
	return [
		{ heading: 'query', cell: ({ query }) => query },
		timing(`p50 ${short(small)}`, small, app, 'p50'),
		timing(`p50 ${short(large)}`, large, app, 'p50'),
		timing(`p95 ${short(large)}`, large, app, 'p95'),
		ratio(`× floor ${short(small)}`, small, (size) => timeRatio(size.app, size.floor)?.median),
		ratio(`× floor ${short(large)}`, large, (size) => timeRatio(size.app, size.floor)?.median),
		ratio('× floor tenant login', large, (size) => timeRatio(size.tenant, size.floor)?.median),
		{ heading: '×10', isNumber: true, cell: (result) => growthOf(result)?.toFixed(1) ?? '' },
		{
			heading: `buffers ${short(small)}`,
			isNumber: true,
			cell: (result) => showCount(at(result, small)?.plan?.buffers),
		},
		{
			heading: `buffers ${short(large)}`,
			isNumber: true,
			cell: (result) => showCount(plan(result)?.buffers),
		},
		ratio(`× buffers ${short(large)}`, large, bufferRatio),
		...(isBrief
			? []
			: [
					{
						heading: 'cold',
						isNumber: true,
						cell: (result: QueryResult) => {
							const cold = at(result, large)?.coldMs;
							return cold && cold.length > 0 ? showMs(median(cold)) : '';
						},
					},
				]),
		{ heading: 'budget', cell: showVerdict },
		{ heading: 'index', cell: (result) => showPlan(plan(result)) },
	];
}

/** The organizations that were measured. */
export function kindsOf({ queries }: BenchResult): OrganizationKind[] {
	return [...new Set(queries.map(({ organization }) => organization))];
}

export function resultsOf(results: readonly QueryResult[], kind: OrganizationKind): QueryResult[] {
	return results.filter(({ organization }) => organization === kind);
}

/** 100000 as `100k`, 1000000 as `1M`. */
export function short(leads: number): string {
	if (leads >= 1_000_000) return `${leads / 1_000_000}M`;
	return leads >= 1_000 ? `${leads / 1_000}k` : String(leads);
}

/** Milliseconds with as many decimals as they are worth. */
export function showMs(ms: number): string {
	if (ms >= 1000) return Math.round(ms).toLocaleString('en');
	return ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2);
}

function showTiming(timing: Timing | GivenUp | null | undefined, key: 'p50' | 'p95' | 'p99'): string {
	if (!timing) return '';
	return isGivenUp(timing) ? `> ${Math.round(timing.givenUpAfterMs / 1000)} s` : showMs(timing[key]);
}

function showCount(count: number | undefined): string {
	return count === undefined ? '' : count.toLocaleString('en');
}

function showVerdict(result: QueryResult): string {
	if (result.sizes.every(({ floor }) => !floor)) return '–';
	return judge(result).isMet ? 'kept' : 'MISSED';
}

function showPlan(plan: { indexes: string[]; scanned: string[] } | null | undefined): string {
	return [...(plan?.indexes ?? []), ...(plan?.scanned ?? []).map((table) => `(all of ${table})`)].join(', ');
}
