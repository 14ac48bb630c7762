-- The document's three views, column for column, counting each related table alone; organization_id is appended,
-- because names are not unique. security_invoker: otherwise a view sees every organization.

-- Counted by the organization as well, through an index that has all that is asked for.
create view v_lead_summary with (security_invoker = true) as
select
	l.id,
	l.email,
	l.first_name,
	l.last_name,
	l.company,
	l.score,
	l.status,
	l.lead_temperature,
	l.created_at,
	o.name as organization_name,
	o.subscription_tier,
	u.first_name as assigned_first_name,
	u.last_name as assigned_last_name,
	-- Sub-selects, not joins: with a limit they are counted for the rows that come out, not for all.
	(select count(*) from communications c where c.organization_id = l.organization_id and c.lead_id = l.id) as communication_count,
	(select count(*) from lead_notes n where n.organization_id = l.organization_id and n.lead_id = l.id) as note_count,
	(select max(c.created_at) from communications c where c.organization_id = l.organization_id and c.lead_id = l.id) as last_communication_date,
	l.organization_id
from leads l
join organizations o on o.id = l.organization_id
left join users u on u.id = l.assigned_to_id;
comment on view v_lead_summary is 'Leads with their owner and the counts of their communications and notes.';

grant select on v_lead_summary to lma_app, lma_readonly;

-- v_organization_metrics and v_user_productivity out of the totals, in one pass over their small pieces: for a user six looks
-- into indexes, whatever the planner knows of tables that grow and empty all the time.
create view v_organization_metrics with (security_invoker = true) as
select
	o.id,
	o.name,
	o.subscription_tier,
	t.leads as total_leads,
	(select count(*) from users u where u.organization_id = o.id) as total_users,
	t.score_sum / nullif(t.leads, 0)::numeric as avg_lead_score,
	t.qualified as qualified_leads,
	t.won as won_leads,
	t.communications as total_communications,
	(select count(*) from workflows w where w.organization_id = o.id) as total_workflows,
	o.id as organization_id
from organizations o
cross join lateral (
	select
		coalesce(sum(leads), 0)::bigint as leads,
		sum(score_sum) as score_sum,
		coalesce(sum(qualified), 0)::bigint as qualified,
		coalesce(sum(won), 0)::bigint as won,
		coalesce(sum(communications), 0)::bigint as communications
	from (
		select leads, score_sum, qualified, won, null::bigint as communications
		from lma.lead_totals
		where organization_id = o.id
		union all
		select leads, score_sum, qualified, won, null
		from lma.lead_total_deltas
		where organization_id = o.id
		union all
		select null, null, null, null, communications
		from lma.communication_totals
		where organization_id = o.id
		union all
		select null, null, null, null, communications
		from lma.communication_total_deltas
		where organization_id = o.id
	) part
) t;
comment on view v_organization_metrics is 'Totals of an organization.';

grant select on v_organization_metrics to lma_app, lma_readonly;

create view v_user_productivity with (security_invoker = true) as
select
	u.id,
	u.first_name,
	u.last_name,
	u.email,
	u.role,
	o.name as organization_name,
	t.leads as assigned_leads,
	t.communications as total_communications,
	t.notes as total_notes,
	t.score_sum / nullif(t.leads, 0)::numeric as avg_lead_score,
	t.won as won_leads,
	u.organization_id
from users u
join organizations o on o.id = u.organization_id
cross join lateral (
	select
		coalesce(sum(leads), 0)::bigint as leads,
		sum(score_sum) as score_sum,
		coalesce(sum(won), 0)::bigint as won,
		coalesce(sum(communications), 0)::bigint as communications,
		coalesce(sum(notes), 0)::bigint as notes
	from (
		select leads, score_sum, won, null::bigint as communications, null::bigint as notes
		from lma.lead_totals
		where (organization_id, user_id) = (u.organization_id, u.id)
		union all
		select leads, score_sum, won, null, null
		from lma.lead_total_deltas
		where (organization_id, user_id) = (u.organization_id, u.id)
		union all
		select null, null, null, communications, null
		from lma.communication_totals
		where (organization_id, user_id) = (u.organization_id, u.id)
		union all
		select null, null, null, communications, null
		from lma.communication_total_deltas
		where (organization_id, user_id) = (u.organization_id, u.id)
		union all
		select null, null, null, null, notes
		from lma.note_totals
		where (organization_id, user_id) = (u.organization_id, u.id)
		union all
		select null, null, null, null, notes
		from lma.note_total_deltas
		where (organization_id, user_id) = (u.organization_id, u.id)
	) part
) t;
comment on view v_user_productivity is 'The workload and results of a user.';

grant select on v_user_productivity to lma_app, lma_readonly;
