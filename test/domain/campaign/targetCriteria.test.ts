import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { newCampaignSchema } from '../../../domain/campaign/input';
import { DEFAULT_TARGET_STATUSES, readTargetCriteria } from '../../../domain/campaign/targetCriteria';
import { parseInput } from '../../../domain/input/parseInput';

const OPEN = [...DEFAULT_TARGET_STATUSES];
const stored = (targetCriteria: unknown) =>
	parseInput(newCampaignSchema, { name: 'x', targetCriteria }).targetCriteria;

describe('target criteria', () => {
	it.each([
		['null', null],
		['nothing', undefined],
		['no condition', {}],
		['an empty list', { tags: [] }],
		['an empty text', { minScore: '' }],
		['several of them', { tags: ['', ' '], customFields: {}, status: null }],
	])('with %s mean nobody', (_title, criteria) => {
		expect(readTargetCriteria(criteria)).toEqual({ kind: 'nobody', criteria: {} });
		if (criteria !== undefined) expect(stored(criteria)).toEqual({});
	});

	it('mean everybody when they say so, and only then', () => {
		expect(readTargetCriteria({ all: true })).toEqual({
			kind: 'everybody',
			criteria: { all: true },
			filter: {},
		});
	});

	it('mean leads that nobody is in talks with, unless they name a status', () => {
		expect(readTargetCriteria({ tags: 'webinar, vip', minScore: '40' })).toEqual({
			kind: 'some',
			criteria: { tags: ['webinar', 'vip'], minScore: 40 },
			filter: { tags: ['webinar', 'vip'], minScore: 40, status: OPEN },
		});
		expect(readTargetCriteria({ status: 'CLOSED_WON' })).toMatchObject({
			filter: { status: ['CLOSED_WON'] },
		});
	});

	it('are stored in one form', () => {
		expect(stored({ leadTemperature: 'hot', source: ['EVENT'] })).toEqual({
			leadTemperature: ['hot'],
			source: ['EVENT'],
		});
	});

	test.each([
		[
			{ industry: 'energy' },
			/^targetCriteria\.industry is no criterion$/,
			/assignedToId, createdAfter, .*all\.$/,
		],
		[{ all: true, minScore: 3 }, /^targetCriteria\.all means everybody/, /Leave out all/],
		[{ all: false }, /^targetCriteria\.all must be true/, /leave it out/],
		[{ all: 'true' }, /^targetCriteria\.all must be true/, /leave it out/],
		[{ minScore: 0 }, /^targetCriteria leaves out nobody/, /write \{"all": true\}/],
		[{ minScore: 0, maxScore: 100 }, /^targetCriteria leaves out nobody/, /write/],
		[{ unassigned: false }, /^targetCriteria\.unassigned must be true/, /leave it out/],
		[{ minScore: 40, tags: [] }, /^targetCriteria\.tags is empty/, /Fill it in/],
		[{ minScore: 101 }, /^targetCriteria\.minScore must be from 0 to 100/, /largest is 100/],
		[{ status: ['SOLD'] }, /^targetCriteria\.status\.0 must be one of NEW/, /./],
		[{ createdAfter: 'yesterday' }, /^targetCriteria\.createdAfter is not a date/, /2026/],
		['everybody', /^targetCriteria must be a JSON object/, /./],
		[[], /^targetCriteria must be a JSON object/, /./],
	])('%j are refused, and the remedy is named', (criteria, message, remedy) => {
		expect(() => stored(criteria)).toThrow(
			expect.objectContaining({
				message: expect.stringMatching(message) as string,
				description: expect.stringMatching(remedy) as string,
			}) as Error,
		);
	});

	it('never mean everybody by accident, whatever is in them', () => {
		fc.assert(
			fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (anything) => {
				const audience = readTargetCriteria(anything);
				const isSaid =
					JSON.stringify(anything ?? null, (_key, value: unknown) =>
						typeof value === 'bigint' ? String(value) : value,
					) === '{"all":true}';
				if (audience.kind === 'everybody') expect(isSaid).toBe(true);
			}),
		);
		const condition = fc.record(
			{
				minScore: fc.constantFrom(0, 1, '0', '', null),
				maxScore: fc.constantFrom(100, 99, '100', '', null),
				tags: fc.constantFrom([], [''], '', 'a', ['a']),
				status: fc.constantFrom([], '', 'NEW', ['NEW', 'CLOSED_LOST']),
				unassigned: fc.constantFrom(true, false, ''),
				customFields: fc.constantFrom({}, { a: 1 }, null),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(condition, (criteria) => {
				const audience = readTargetCriteria(criteria);
				if (audience.kind !== 'some') return;
				const { minScore = 0, maxScore = 100, status: _, ...others } = audience.filter;
				expect(
					'status' in audience.criteria || minScore > 0 || maxScore < 100 || Object.keys(others).length > 0,
				).toBe(true);
			}),
		);
	});
});
