-- Plans for row security.

-- A policy compares with an organization that the planner does not know, and it takes the average one: of 2,000 with a
-- million leads, 500. For one with half of all rows it then reads all of its entries in some index before it looks at
-- the lead or the user that was asked for. Told that there are two organizations, it takes each for a large one: a condition
-- on something else comes first, and an index that starts with the organization serves small ones all the same.
alter table users alter column organization_id set (n_distinct = 2);
alter table leads alter column organization_id set (n_distinct = 2);
alter table communications alter column organization_id set (n_distinct = 2);
alter table lead_notes alter column organization_id set (n_distinct = 2);
alter table campaign_leads alter column organization_id set (n_distinct = 2);
alter table communication_attempts alter column organization_id set (n_distinct = 2);

create index idx_communications_org_lead on communications (organization_id, lead_id, created_at desc, id desc);
comment on index idx_communications_org_lead is
	'Serves the newest communications of a lead, their number and latest date in v_lead_summary, and deleting a lead.';

create index idx_communications_org_planned on communications (organization_id, scheduled_at, id)
	where scheduled_at is not null;
comment on index idx_communications_org_planned is 'Serves what was or is scheduled for some time, whatever became of it.';

create index idx_lead_notes_org_user on lead_notes (organization_id, user_id, created_at desc, id desc);
comment on index idx_lead_notes_org_user is 'Serves the newest notes of a user, and deleting that user.';
drop index ix_lead_notes_user_id;

-- Counted by the organization as well, through an index that has all that is asked for.
create or replace view v_lead_summary with (security_invoker = true) as
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

-- The ids of the communications of the transaction's organization that meet all conditions, in order: newest first; soonest
-- first where only what is scheduled is asked for, or a range of times. No organization, no ids. Raises
-- invalid_parameter_value for a condition that it does not know. As lma.find_leads(). Each order is that
-- of one index alone: row security keeps the planner from the statistics on enumerations, it takes one in four to have
-- failed, and to find none it would read all along another index.
create function lma.find_communications(
	filter jsonb,
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof bigint
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
	organization integer := lma.current_organization_id();
	statuses text[] := array(select jsonb_array_elements_text(filter -> 'status'));
	conditions text[] := array['organization_id = $1'];
	key text;
begin
	if organization is null then
		return;
	end if;
	for key in select jsonb_object_keys(filter) loop
		conditions := conditions || case key
			when 'leadId' then 'lead_id = $2'
			when 'userId' then 'user_id = $3'
			when 'status' then 'status = any ($4)'
			when 'communicationType' then 'communication_type = any ($5)'
			when 'direction' then 'direction = $6'
			when 'scheduledAfter' then 'scheduled_at >= $7'
			when 'scheduledBefore' then 'scheduled_at < $8'
		end;
		if conditions[cardinality(conditions)] is null then
			raise invalid_parameter_value
				using message = format('There is no condition %s on communications', left(key, 60));
		end if;
	end loop;

	return query execute format(
		'select id::bigint as found from public.communications where %s order by %s limit $9 offset $10',
		array_to_string(conditions, ' and '),
		case
			when filter ? 'leadId' or (cardinality(statuses) > 0 and statuses <@ array['failed', 'cancelled']) then 'created_at desc, id desc'
			when statuses = array['scheduled'] or filter ?| array['scheduledAfter', 'scheduledBefore'] then 'scheduled_at, id'
			else 'id desc'
		end)
	using
		organization,
		(filter ->> 'leadId')::integer,
		(filter ->> 'userId')::integer,
		statuses::public.communication_status_enum[],
		array(select jsonb_array_elements_text(filter -> 'communicationType'))::public.communication_type_enum[],
		(filter ->> 'direction')::public.communication_direction_enum,
		(filter ->> 'scheduledAfter')::timestamptz,
		(filter ->> 'scheduledBefore')::timestamptz,
		row_limit,
		row_offset;
end
$$;
comment on function lma.find_communications(jsonb, bigint, bigint) is
	'The ids of the communications that meet all conditions, in order, through whatever index is best for their values.';

revoke all on function lma.find_communications(jsonb, bigint, bigint) from public;
grant execute on function lma.find_communications(jsonb, bigint, bigint) to lma_app, lma_readonly;
