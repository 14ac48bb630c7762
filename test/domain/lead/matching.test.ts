import { expect, test } from 'vitest';

import { alternativesOf } from '../../../domain/lead/matching';

test('each condition is an alternative, and conditions that are one stay together', () => {
	expect(
		alternativesOf({
			maxScore: 40,
			status: ['NEW'],
			minScore: 20,
			campaignId: 3,
			membershipStatuses: ['active'],
			createdAfter: '2026-01-01T00:00:00Z',
			search: undefined,
			customFieldConditions: [{ key: 'a' }, { key: 'b' }],
		}),
	).toEqual([
		{ maxScore: 40, minScore: 20 },
		{ status: ['NEW'] },
		{ campaignId: 3, membershipStatuses: ['active'] },
		{ createdAfter: '2026-01-01T00:00:00Z' },
		{ customFieldConditions: [{ key: 'a' }] },
		{ customFieldConditions: [{ key: 'b' }] },
	]);
	expect(alternativesOf({ search: undefined })).toEqual([]);
});
