import type { ITriggerFunctions } from 'n8n-workflow';
import { expect, test } from 'vitest';

import { readParameters } from '../../../nodes/LmaTrigger/parameters';

function filterOf(filters: object) {
	const given: Record<string, unknown> = { events: ['lead.created'], filters };
	return readParameters({
		getTimezone: () => 'UTC',
		getNodeParameter: (name: string, standard: unknown) => given[name] ?? standard,
	} as unknown as ITriggerFunctions).filter;
}

test('lists of ids are read in every form that n8n gives them, other lists as they are', () => {
	expect(filterOf({ ownerIds: '3, 4', campaignIds: '[5]', statuses: ['NEW'], temperatures: [] })).toEqual({
		ownerIds: [3, 4],
		campaignIds: [5],
		statuses: ['NEW'],
	});
	expect(filterOf({ ownerIds: ['3'], minScore: 50 })).toEqual({ ownerIds: [3], minScore: 50 });
	expect(() => filterOf({ statuses: 'NEW' })).toThrow('filters.statuses');
	// Only the organization knows what it calls its statuses.
	expect(filterOf({ statuses: ['Signed'] })).toEqual({ statuses: ['Signed'] });
});
