import { describe, expect, it } from 'vitest';

import { chooseOrganizations, shareLeads, zipfThresholds } from '../../../../bench/db/data/distribution';
import { scaleOf } from '../../../../bench/db/scale';

describe.each([1_000, 2_000, 20_000, 100_000, 1_000_000])('the organizations of %i leads', (leads) => {
	const scale = scaleOf(leads);
	const shares = shareLeads(scale);

	it('have all leads between them, each at least one, the first half of all', () => {
		expect(shares).toHaveLength(scale.organizations);
		expect(shares.reduce((sum, share) => sum + share.leads, 0)).toBe(leads);
		expect(shares[0]!.leads).toBe(leads / 2);
		expect(Math.min(...shares.map((share) => share.leads))).toBeGreaterThanOrEqual(1);
	});

	it('fall off by Zipf’s law, the largest apart', () => {
		const [, second, third] = shares;
		expect(second!.leads / third!.leads).toBeCloseTo(1.5, 1);
		expect(shares.map((share) => share.leads)).toEqual(
			shares.map((share) => share.leads).toSorted((a, b) => b - a),
		);
	});

	it('number their users without a gap, two or more each', () => {
		let next = 1;
		for (const share of shares) {
			expect(share.firstUser).toBe(next);
			expect(share.users).toBeGreaterThanOrEqual(2);
			next += share.users;
		}
	});

	it('offer a large, a middle and a tiny one', () => {
		const { large, middle, tiny } = chooseOrganizations(shares);
		expect(large.leads).toBeGreaterThan(middle.leads);
		expect(middle.leads).toBeGreaterThanOrEqual(tiny.leads);
	});
});

it('draws the second word half as often as the first', () => {
	const [first, second] = zipfThresholds(50);
	expect((second! - first!) / first!).toBeCloseTo(0.5);
	expect(zipfThresholds(50)).toHaveLength(49);
});
