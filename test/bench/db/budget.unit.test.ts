import { describe, expect, it } from 'vitest';

import { growthOf, judge, judgeWrite } from '../../../bench/db/budget';
import { replaceBetweenMarkers } from '../../../bench/db/report/markdown';
import type { QueryResult, SizeResult } from '../../../bench/db/result';

const timing = (p50: number) => ({
	runs: 200,
	p50,
	p95: p50,
	p99: p50,
	empty: 0.3,
	unrest: 0.1,
	parts: [p50, p50 * 1.1, p50 * 0.9],
});
const plan = (buffers: number, scanned: string[] = []) => ({ buffers, indexes: [], scanned });

function result(small: Partial<SizeResult>, large: Partial<SizeResult>): QueryResult {
	const size = (leads: number, given: Partial<SizeResult>): SizeResult => ({
		leads,
		app: timing(1),
		tenant: timing(1),
		floor: timing(1),
		plan: plan(50),
		tenantPlan: null,
		floorPlan: plan(50),
		coldMs: null,
		...given,
	});
	return {
		query: 'listLeads newest',
		organization: 'large',
		sizes: [size(100_000, small), size(1_000_000, large)],
	};
}

describe('the budget of a query', () => {
	it('is kept by what is near its floor under both logins, and hardly grows', () => {
		const large = { app: timing(1.19), tenant: timing(1.5), plan: plan(65) };
		expect(judge(result({}, large)).misses).toEqual([]);
	});

	it.each([
		[
			'the slower login counts',
			result({}, { tenant: timing(1.6) }),
			'1.6 × the time of its floor with a tenant login at 1,000,000 leads',
		],
		['growth counts', result({}, { app: timing(1.3) }), '1.3 × at ten times the data'],
		['giving up is a miss', result({}, { app: { givenUpAfterMs: 60_000 } }), 'given up at 1,000,000 leads'],
		['buffers count', result({ plan: plan(70) }, {}), '1.4 × its buffers at 100,000 leads'],
		[
			'so does reading a whole table',
			result({}, { plan: plan(50, ['leads']) }),
			'reads all of leads at 1,000,000 leads',
		],
	])('%s', (_title, missed, expected) => {
		expect(judge(missed).misses).toEqual([expected]);
	});

	it('takes three buffers more for none', () => {
		expect(judge(result({ plan: plan(5), floorPlan: plan(2) }, {})).misses).toEqual([]);
		expect(judge(result({ plan: plan(6), floorPlan: plan(2) }, {})).misses).toHaveLength(1);
	});

	it('is none where there is no floor', () => {
		const slow = { floor: null, floorPlan: null, app: timing(90) };
		expect(judge(result({ floor: null, floorPlan: null }, slow)).misses).toEqual([]);
	});

	it('takes a difference below the resolution of clocks for none', () => {
		expect(growthOf(result({ app: timing(0.05) }, { app: timing(0.09) }))).toBeLessThanOrEqual(1);
	});

	it('of a write is a quarter more', () => {
		const cost = {
			table: 'leads',
			rows: 10_000,
			withTotals: 125,
			withoutTotals: 100,
			added: 0.25,
			error: 0.01,
		};
		expect(judgeWrite(cost).isMet).toBe(true);
		expect(judgeWrite({ ...cost, added: 0.26 }).misses).toEqual(['26 % more']);
	});
});

it('refuses to write into a file without markers', () => {
	expect(() => replaceBetweenMarkers('# Performance', 'tables', 'performance.md')).toThrow(
		'performance.md has no lines',
	);
});
