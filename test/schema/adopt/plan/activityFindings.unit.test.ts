import { describe, expect, it } from 'vitest';

import { hoursNeeded } from '../../../../schema/adopt/plan/activityFindings';

describe('the time before the end of a month that a table of activity needs to become a partition', () => {
	it('is a quarter of an hour for a small one, and most of a night for a very large one', () => {
		expect(hoursNeeded(0)).toBe(0.25);
		expect(hoursNeeded(1_000_000)).toBeLessThan(0.5);
		expect(hoursNeeded(200_000_000)).toBeGreaterThan(10);
	});
});
