-- Keys of the addresses of one's own leads only, and what the send gate puts off twice keeps its reason.

-- Who can ask for the key of any text can find out which addresses stand in suppressions, of any organization.
revoke execute on function lma.address_key(integer, public.communication_type_enum, text, text, text)
	from lma_app, lma_readonly;

create function lma.lead_address_key(lead integer, type public.communication_type_enum) returns text
language sql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
	select lma.address_key(l.organization_id, type, l.email, l.phone, l.linkedin_url)
	from public.leads l
	where l.organization_id = (select lma.current_organization_id())
		and l.id = lead
$$;
comment on function lma.lead_address_key(integer, public.communication_type_enum) is
	'lma.address_key() of a lead of the organization whose rows the transaction may touch.';
grant execute on function lma.lead_address_key(integer, public.communication_type_enum) to lma_app, lma_readonly;

-- As before; but who moves a row for the reason it was moved for already keeps it, too, when it is the send gate: only the worker
-- changes the epoch itself.
create or replace function lma.plan_dispatch() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	if new.status = 'scheduled' then
		if tg_op = 'INSERT' or old.status <> 'scheduled' then
			new.planned_at := now();
		end if;
		if tg_op = 'INSERT' or old.status <> 'scheduled' or new.scheduled_at is distinct from old.scheduled_at
			or new.direction <> old.direction
		then
			if tg_op = 'INSERT' or old.status <> 'scheduled'
				or new.dispatch_epoch = old.dispatch_epoch and new.failure_reason is not distinct from old.failure_reason
			then
				new.failure_reason := null;
			end if;
			new.dispatch_at := case when new.direction = 'outbound' then new.scheduled_at end;
			new.dispatch_epoch := new.dispatch_epoch + 1;
			new.schedule_version := new.schedule_version + 1;
			new.dispatch_started_at := null;
		end if;
	elsif tg_op = 'UPDATE' and old.status = 'scheduled' then
		new.dispatch_at := null;
		new.dispatch_started_at := null;
		if new.status = 'cancelled' then
			new.dispatch_epoch := new.dispatch_epoch + 1;
		end if;
	end if;
	return new;
end
$$;
