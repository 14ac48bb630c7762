import { leadSummary, organizationMetrics, userProductivity } from '../../../db/report/report';
import { type Floor, type NamedQuery, type Part, pick } from './query';

/** Leads with their counts, each counted along its index. */
const summary =
	(condition: Part, order: Part): Floor =>
	(sql, values, turn) => sql`
		select l.id, l.email, l.first_name, l.last_name, l.company, l.score, l.status, l.lead_temperature, l.created_at,
			o.name as organization_name, o.subscription_tier, u.first_name as assigned_first_name, u.last_name as assigned_last_name,
			(select count(*) from communications c where c.organization_id = l.organization_id and c.lead_id = l.id) as communication_count,
			(select count(*) from lead_notes n where n.organization_id = l.organization_id and n.lead_id = l.id) as note_count,
			(select max(c.created_at) from communications c where c.organization_id = l.organization_id and c.lead_id = l.id)
				as last_communication_date,
			l.organization_id
		from leads l
		join organizations o on o.id = l.organization_id
		left join users u on u.id = l.assigned_to_id
		where l.organization_id = ${values.organizationId} ${condition(sql, values, turn)}
		order by ${order(sql, values, turn)}
		limit 50`;
const oneLead = summary(
	(sql, values, turn) => sql`and l.id = ${pick(values.leads, turn)}`,
	(sql) => sql`l.id`,
);

const metrics: Floor = (sql, { organizationId }) => sql`
	select o.id, o.name, o.subscription_tier, t.total_leads,
		(select count(*) from users u where u.organization_id = o.id) as total_users,
		t.score_sum / nullif(t.total_leads, 0)::numeric as avg_lead_score, t.qualified_leads, t.won_leads, c.total_communications,
		(select count(*) from workflows w where w.organization_id = o.id) as total_workflows, o.id as organization_id
	from organizations o,
		(
			select coalesce(sum(leads), 0)::bigint as total_leads, sum(score_sum) as score_sum,
				coalesce(sum(qualified), 0)::bigint as qualified_leads, coalesce(sum(won), 0)::bigint as won_leads
			from (
				select leads, score_sum, qualified, won from lma.lead_totals where organization_id = ${organizationId}
				union all
				select leads, score_sum, qualified, won from lma.lead_total_deltas where organization_id = ${organizationId}
			) l
		) t,
		(
			select coalesce(sum(communications), 0)::bigint as total_communications
			from (
				select communications from lma.communication_totals where organization_id = ${organizationId}
				union all
				select communications from lma.communication_total_deltas where organization_id = ${organizationId}
			) m
		) c
	where o.id = ${organizationId}`;

const productivity: Floor = (sql, values, turn) => {
	const [organization, user] = [values.organizationId, pick(values.owners, turn)];
	const of = (table: string, columns: string) => sql`
		select ${sql.unsafe(columns)} from ${sql(`lma.${table}_totals`)} where organization_id = ${organization} and user_id = ${user}
		union all
		select ${sql.unsafe(columns)} from ${sql(`lma.${table}_total_deltas`)} where organization_id = ${organization} and user_id = ${user}`;
	return sql`
		select u.id, u.first_name, u.last_name, u.email, u.role, o.name as organization_name, l.leads as assigned_leads,
			c.communications as total_communications, n.notes as total_notes, l.score_sum / nullif(l.leads, 0)::numeric as avg_lead_score,
			l.won as won_leads, u.organization_id
		from users u
		join organizations o on o.id = u.organization_id,
			(
				select coalesce(sum(leads), 0)::bigint as leads, sum(score_sum) as score_sum, coalesce(sum(won), 0)::bigint as won
				from (${of('lead', 'leads, score_sum, won')}) t
			) l,
			(select coalesce(sum(communications), 0)::bigint as communications from (${of('communication', 'communications')}) t) c,
			(select coalesce(sum(notes), 0)::bigint as notes from (${of('note', 'notes')}) t) n
		where u.organization_id = ${organization} and u.id = ${user}`;
};

export const REPORT_QUERIES: readonly NamedQuery[] = [
	{
		name: 'leadSummary best 50',
		floors: [
			summary(
				(sql) => sql``,
				(sql) => sql`l.score desc, l.id`,
			),
		],
		run: (tx) => leadSummary(tx, { limit: 50 }),
	},
	{
		name: 'leadSummary one lead',
		floors: [oneLead],
		run: (tx, values, turn) => leadSummary(tx, { leadId: pick(values.leads, turn) }),
	},
	{ name: 'organizationMetrics', floors: [metrics], run: (tx) => organizationMetrics(tx) },
	{
		name: 'userProductivity one user',
		floors: [productivity],
		run: (tx, values, turn) => userProductivity(tx, { userId: pick(values.owners, turn) }),
	},
	{ name: 'userProductivity all users', run: (tx) => userProductivity(tx, {}) },
	{
		name: 'v_lead_summary by hand',
		floors: [oneLead],
		run: (tx, values, turn) => tx`select * from v_lead_summary where id = ${pick(values.leads, turn)}`,
	},
	{
		name: 'v_organization_metrics by hand',
		floors: [metrics],
		run: (tx) => tx`select * from v_organization_metrics`,
	},
	{
		name: 'v_user_productivity by hand',
		floors: [productivity],
		run: (tx, values, turn) => tx`select * from v_user_productivity where id = ${pick(values.owners, turn)}`,
	},
];
