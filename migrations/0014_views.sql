-- The document's three views, column for column, counting each related table alone; organization_id is appended,
-- because names are not unique. security_invoker: otherwise a view sees every organization.
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
	(select count(*) from communications c where c.lead_id = l.id) as communication_count,
	(select count(*) from lead_notes n where n.lead_id = l.id) as note_count,
	(select max(c.created_at) from communications c where c.lead_id = l.id) as last_communication_date,
	l.organization_id
from leads l
join organizations o on o.id = l.organization_id
left join users u on u.id = l.assigned_to_id;

create view v_organization_metrics with (security_invoker = true) as
select
	o.id,
	o.name,
	o.subscription_tier,
	l.total_leads,
	(select count(*) from users u where u.organization_id = o.id) as total_users,
	l.avg_lead_score,
	l.qualified_leads,
	l.won_leads,
	(select count(*) from communications c where c.organization_id = o.id) as total_communications,
	(select count(*) from workflows w where w.organization_id = o.id) as total_workflows,
	o.id as organization_id
from organizations o
cross join lateral (
	select
		count(*) as total_leads,
		avg(l.score) as avg_lead_score,
		count(*) filter (where l.status = 'QUALIFIED') as qualified_leads,
		count(*) filter (where l.status = 'CLOSED_WON') as won_leads
	from leads l
	where l.organization_id = o.id
) l;

create view v_user_productivity with (security_invoker = true) as
select
	u.id,
	u.first_name,
	u.last_name,
	u.email,
	u.role,
	o.name as organization_name,
	l.assigned_leads,
	(select count(*) from communications c where c.user_id = u.id) as total_communications,
	(select count(*) from lead_notes n where n.user_id = u.id) as total_notes,
	l.avg_lead_score,
	l.won_leads,
	u.organization_id
from users u
join organizations o on o.id = u.organization_id
cross join lateral (
	select
		count(*) as assigned_leads,
		avg(l.score) as avg_lead_score,
		count(*) filter (where l.status = 'CLOSED_WON') as won_leads
	from leads l
	where l.assigned_to_id = u.id
) l;

grant select on v_lead_summary, v_organization_metrics, v_user_productivity to lma_app, lma_readonly;
