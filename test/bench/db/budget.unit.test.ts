import { describe, expect, it } from 'vitest';

import { growthOf, judge, judgeWrite } from '../../../bench/db/budget';
import { replaceBetweenMarkers } from '../../../bench/db/report/markdown';
import type { QueryResult, SizeResult } from '../../../bench/db/result';

const timing = (p50: number, p95 = p50) => ({ runs: 200, p50, p95, p99: p95, empty: 0.3, unrest: 0.1 });

function result(small: Partial<SizeResult>, large: Partial<SizeResult>): QueryResult {
	const size = (leads: number, given: Partial<SizeResult>): SizeResult => ({
		leads,
		app: timing(1),
		tenant: timing(1),
		plan: null,
		tenantPlan: null,
		coldMs: null,
		document: null,
		documentPlan: null,
		...given,
	});
	return {
		query: 'listLeads newest',
		budget: 'list',
		organization: 'large',
		sizes: [size(100_000, small), size(1_000_000, large)],
	};
}

describe('the budget of a query', () => {
	it('is kept by 2 ms under both logins that hardly grow', () => {
		expect(judge(result({ app: timing(1, 2) }, { app: timing(1.19, 2) })).misses).toEqual([]);
	});

	it.each([
		['the slower login counts', result({}, { tenant: timing(1, 2.5) }), 'p95 2.5 ms at 1,000,000 leads'],
		['growth counts', result({}, { app: timing(1.3) }), '1.3 × at ten times the data'],
		['giving up is a miss', result({}, { app: { givenUpAfterMs: 60_000 } }), 'given up at 1,000,000 leads'],
		[
			'so is reading a whole table',
			result({}, { plan: { buffers: 9_000, indexes: [], scanned: ['leads'] } }),
			'reads all of leads at 1,000,000 leads',
		],
	])('%s', (_title, missed, expected) => {
		expect(judge(missed).misses).toEqual([expected]);
	});

	it('takes a difference below the resolution of clocks for none', () => {
		expect(growthOf(result({ app: timing(0.05) }, { app: timing(0.09) }))).toBeLessThanOrEqual(1);
	});

	it('of a write is a quarter more', () => {
		const cost = { table: 'leads', rows: 10_000, withTotals: 125, withoutTotals: 100, added: 0.25 };
		expect(judgeWrite(cost).isMet).toBe(true);
		expect(judgeWrite({ ...cost, added: 0.26 }).misses).toEqual(['26 % more']);
	});
});

it('refuses to write into a file without markers', () => {
	expect(() => replaceBetweenMarkers('# Performance', 'tables', 'performance.md')).toThrow(
		'performance.md has no lines',
	);
});
