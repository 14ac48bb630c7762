import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import type { LeadColumn } from '../../../domain/lead/column';
import { LEAD_COLUMNS } from '../../../domain/lead/columns';
import { SCORING_FIELDS } from '../../../domain/scoring/scoringRule';
import { shapesFile } from '../../../scripts/nodeDocument/document';

it('what nodes promise of a lead are its columns', () => {
	const promised = JSON.parse(readFileSync(shapesFile, 'utf8')) as Record<string, { fields: object }>;
	expect(Object.keys(promised['lead.getMany']?.fields ?? {})).toEqual([
		...Object.keys(LEAD_COLUMNS),
		'cursor',
	]);
});

it('scoring looks at columns that there are', () => {
	expect(Object.keys(LEAD_COLUMNS)).toEqual(expect.arrayContaining([...SCORING_FIELDS]));
});

it('only lists and texts with a meaning of their own are put together by a merge', () => {
	const combined = Object.entries<LeadColumn>(LEAD_COLUMNS).filter(([, { input }]) =>
		input?.merge.rules.includes('combine'),
	);
	// `applyMergePlan` and lma.merge_leads know how, for each of them.
	expect(combined.map(([field]) => field)).toEqual(['notes', 'tags', 'customFields']);
});
