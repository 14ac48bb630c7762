-- Nobody becomes the owner of a lead while they are being deactivated.

-- The users of the transaction's organization with these ids and, on request, its active sales representatives; and whether they
-- are active. Locks them until the end of the transaction, in one order: who is being deactivated is waited for, and who is
-- given leads cannot be deactivated before these are there to be handed over. Volatile, so that it sees what was committed
-- since the statement began.
create function lma.hold_owners(wanted integer[], with_team boolean default false) returns table (id integer, is_active boolean)
language plpgsql volatile security definer rows 10
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
	if wanted = '{}' and not with_team then
		return;
	end if;
	return query
	select u.id, u.is_active
	from public.users u
	where u.organization_id = (select lma.current_organization_id())
		and (u.id = any (wanted) or with_team and u.role = 'SALES_REP' and u.is_active)
	order by u.id
	for share;
end
$$;
comment on function lma.hold_owners(integer[], boolean) is
	'Keeps users from being deactivated until the end of the transaction, and says who of them is active.';
grant execute on function lma.hold_owners(integer[], boolean) to lma_app;
