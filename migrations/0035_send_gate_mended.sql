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
