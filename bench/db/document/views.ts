/** The three views of the schema document, word for word but for the schema they live in. */
export const DOCUMENT_VIEWS = `
	create view document.v_lead_summary as
	select
		l.id, l.email, l.first_name, l.last_name, l.company, l.score, l.status, l.lead_temperature, l.created_at,
		o.name as organization_name, o.subscription_tier,
		u.first_name as assigned_first_name, u.last_name as assigned_last_name,
		count(c.id) as communication_count, count(n.id) as note_count, max(c.created_at) as last_communication_date
	from document.leads l
	join document.organizations o on l.organization_id = o.id
	left join document.users u on l.assigned_to_id = u.id
	left join document.communications c on l.id = c.lead_id
	left join document.lead_notes n on l.id = n.lead_id
	group by l.id, l.email, l.first_name, l.last_name, l.company, l.score, l.status, l.lead_temperature, l.created_at,
		o.name, o.subscription_tier, u.first_name, u.last_name;

	create view document.v_organization_metrics as
	select
		o.id, o.name, o.subscription_tier,
		count(distinct l.id) as total_leads,
		count(distinct u.id) as total_users,
		avg(l.score) as avg_lead_score,
		count(distinct case when l.status = 'QUALIFIED' then l.id end) as qualified_leads,
		count(distinct case when l.status = 'CLOSED_WON' then l.id end) as won_leads,
		count(distinct c.id) as total_communications,
		count(distinct w.id) as total_workflows
	from document.organizations o
	left join document.leads l on o.id = l.organization_id
	left join document.users u on o.id = u.organization_id
	left join document.communications c on l.id = c.lead_id
	left join document.workflows w on o.id = w.organization_id
	group by o.id, o.name, o.subscription_tier;

	create view document.v_user_productivity as
	select
		u.id, u.first_name, u.last_name, u.email, u.role, o.name as organization_name,
		count(distinct l.id) as assigned_leads,
		count(distinct c.id) as total_communications,
		count(distinct n.id) as total_notes,
		avg(l.score) as avg_lead_score,
		count(distinct case when l.status = 'CLOSED_WON' then l.id end) as won_leads
	from document.users u
	join document.organizations o on u.organization_id = o.id
	left join document.leads l on u.id = l.assigned_to_id
	left join document.communications c on u.id = c.user_id
	left join document.lead_notes n on u.id = n.user_id
	group by u.id, u.first_name, u.last_name, u.email, u.role, o.name;`;
