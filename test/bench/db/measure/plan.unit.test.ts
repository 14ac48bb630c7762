import { expect, it } from 'vitest';

import { readPlans } from '../../../../bench/db/measure/plan';

const node = (type: string, more: object = {}) => ({ 'Node Type': type, 'Actual Loops': 1, ...more });

it('counts the buffers of what the client sent, with the indexes of what that ran', () => {
	const list = 'select * from lma.find_leads($1)';
	const choose = 'select lma.use_organization($1)';
	const facts = readPlans(
		[
			{
				'Query Text': 'select of the tenancy',
				Plan: node('Index Scan', { 'Index Name': 'ix_organizations_slug' }),
			},
			{ 'Query Text': choose, Plan: node('Result', { 'Shared Hit Blocks': 50 }) },
			{
				'Query Text': 'select inside find_leads',
				Plan: node('Index Scan', { 'Index Name': 'idx_leads_search', 'Shared Hit Blocks': 7 }),
			},
			{
				'Query Text': list,
				Plan: node('Nested Loop', {
					'Shared Hit Blocks': 10,
					'Shared Read Blocks': 2,
					Plans: [
						node('Index Scan', { 'Index Name': 'leads_pkey' }),
						node('Seq Scan', { 'Relation Name': 'users' }),
						node('Index Scan', { 'Index Name': 'never_used', 'Actual Loops': 0 }),
					],
				}),
			},
		],
		new Set([choose, list]),
	);
	expect(facts).toEqual({ buffers: 12, indexes: ['leads_pkey', 'idx_leads_search'], scanned: ['users'] });
});
