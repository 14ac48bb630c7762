import { describe, expect, it } from 'vitest';

import { computeChecksums, findChangedMigrations, readChecksums } from '../../schema/migration/checksums';

describe('migrations', () => {
	it('are only ever added', () => {
		expect(findChangedMigrations(readChecksums(), computeChecksums())).toEqual([]);
	});

	it('that databases have run are all there', () => {
		expect(Object.keys(readChecksums()).length).toBeGreaterThan(0);
	});

	it('that were changed, taken away or put before others are named, with what to do', () => {
		const kept = { '0001_a': 'a'.repeat(64), '0002_b': 'b'.repeat(64), '0003_c': 'c'.repeat(64) };
		expect(findChangedMigrations(kept, { ...kept, '0004_d': 'd'.repeat(64) })).toEqual([]);
		const { '0002_b': _, ...without } = kept;
		expect(
			findChangedMigrations(kept, {
				...without,
				'0001_a': 'e'.repeat(64),
				'0002_x': 'f'.repeat(64),
			}),
		).toEqual([
			expect.stringContaining('0001_a has changed'),
			expect.stringContaining('0002_b is gone'),
			expect.stringContaining('0002_x comes before 0003_c'),
		]);
	});
});
