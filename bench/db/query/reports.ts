import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { type NamedQuery, pick } from './query';

export const REPORT_QUERIES: readonly NamedQuery[] = [
	{
		name: 'leadSummary best 50',
		budget: 'view',
		run: (tx) => leadSummary(tx, {}),
		// The document's own example.
		document: (sql, values) => sql`
			select *
			from v_lead_summary
			where organization_name = ${values.name}
			order by score desc
			limit 10`,
	},
	{
		name: 'leadSummary one lead',
		budget: 'view',
		run: (tx, values, turn) => leadSummary(tx, { leadId: pick(values.leads, turn) }),
		document: (sql, values, turn) => sql`select * from v_lead_summary where id = ${pick(values.leads, turn)}`,
	},
	{
		name: 'organizationMetrics',
		budget: 'view',
		run: (tx) => organizationMetrics(tx),
		document: (sql, values) => sql`select * from v_organization_metrics where id = ${values.organizationId}`,
	},
	{
		name: 'userProductivity one user',
		budget: 'view',
		run: (tx, values, turn) => userProductivity(tx, { userId: pick(values.owners, turn) }),
		document: (sql, values, turn) =>
			sql`select * from v_user_productivity where id = ${pick(values.owners, turn)}`,
	},
	{
		name: 'userProductivity all users',
		budget: 'other',
		run: (tx) => userProductivity(tx, {}),
	},
	{
		name: 'v_lead_summary by hand',
		budget: 'view',
		run: (tx, values, turn) => tx`select * from v_lead_summary where id = ${pick(values.leads, turn)}`,
	},
	{
		name: 'v_organization_metrics by hand',
		budget: 'view',
		run: (tx) => tx`select * from v_organization_metrics`,
	},
	{
		name: 'v_user_productivity by hand',
		budget: 'view',
		run: (tx, values, turn) => tx`select * from v_user_productivity where id = ${pick(values.owners, turn)}`,
	},
];
