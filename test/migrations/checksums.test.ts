import { describe, expect, it } from 'vitest';

import { computeChecksums, findChangedMigrations, readChecksums } from '../../scripts/release/checksums';
import { findChangesSinceReleases } from '../../scripts/release/migrations';

describe('migrations', () => {
	it('are only ever added', () => {
		expect(findChangedMigrations(readChecksums(), computeChecksums())).toEqual([]);
	});

	it('and no release had others', () => {
		expect(findChangesSinceReleases()).toEqual([]);
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
			expect.stringMatching(/0001_a has changed.*put it back as it was, and add a new migration/),
			expect.stringMatching(/0002_b is missing.*put it back/),
			expect.stringMatching(/0002_x does not come after 0003_c.*give it a higher number/),
		]);
	});

	it('have numbers that grow: one number for two is named, too', () => {
		const kept = { '0001_a': 'a'.repeat(64), '0002_b': 'b'.repeat(64) };
		const added = { '0002_c': 'c'.repeat(64), '0003_d': 'd'.repeat(64), '0003_e': 'e'.repeat(64) };
		expect(findChangedMigrations(kept, { ...kept, ...added })).toEqual([
			expect.stringContaining('0002_c does not come after 0002_b'),
			expect.stringContaining('0003_d and 0003_e have the same number'),
		]);
	});
});
