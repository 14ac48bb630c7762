import { describe, expect, it } from 'vitest';

import { compareLines } from '../../../bench/compare/compare';
import type { Line } from '../../../bench/line';

const line = (given: Partial<Line> = {}): Line => ({
	benchmark: 'db',
	name: 'listLeads newest',
	organization: 'large',
	size: 1_000_000,
	ms: 0.5,
	ratio: 1.1,
	ratioError: 0.02,
	buffers: 50,
	floorBuffers: 50,
	...given,
});

describe('two runs', () => {
	it('that differ by less than their noise are alike, however many milliseconds they took', () => {
		const { compared, worse, better } = compareLines([line()], [line({ ms: 5, ratio: 1.2 })]);
		expect({ compared, worse, better }).toEqual({ compared: 1, worse: [], better: [] });
	});

	it.each([
		['a higher ratio', { ratio: 1.5 }, '1.10 (± 0.02) → 1.50 (± 0.02) × its floor'],
		['more buffers', { buffers: 56 }, '50 → 56 buffers'],
		['having been given up', { ms: null, ratio: null, buffers: null }, 'was given up'],
	])('differ by %s', (_title, given, what) => {
		const name = 'db: listLeads newest (large) at 1,000,000';
		expect(compareLines([line()], [line(given)])).toMatchObject({ worse: [{ name, what }], better: [] });
		expect(compareLines([line(given)], [line()])).toMatchObject({ worse: [], better: [{ name }] });
	});

	it('are compared only as far as the noise of both lets tell', () => {
		const noisy = line({ ratio: 1.5, ratioError: 0.2 });
		expect(compareLines([line()], [noisy]).worse).toEqual([]);
		expect(compareLines([line({ ratioError: 0.2 })], [line({ ratio: 1.5 })]).worse).toEqual([]);
	});

	it('name what only one of them has', () => {
		const comparison = compareLines([line(), line({ size: 1 })], [line(), line({ name: 'listNotes lead' })]);
		expect(comparison).toMatchObject({
			compared: 1,
			missing: ['db: listLeads newest (large) at 1'],
			added: ['db: listNotes lead (large) at 1,000,000'],
		});
	});
});
