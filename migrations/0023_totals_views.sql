-- v_organization_metrics and v_user_productivity out of the totals; the columns stay as they are.
--
-- One pass over the six small pieces: for a user six looks into indexes, whatever the planner knows of tables that grow
-- and empty all the time.
create or replace view v_organization_metrics with (security_invoker = true) as
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

create or replace view v_user_productivity with (security_invoker = true) as
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
