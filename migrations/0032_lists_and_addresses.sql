-- Lists in pages that hold still, the addresses of leads that were merged away, and no new time of change without a change.

-- Of leads and campaigns, updated_at says when a row was last changed. Written with the values that it has, it has not been.
create function lma.touch_changed() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
	changed_at timestamptz := old.updated_at;
begin
	-- What does not count. The generated column has no value before the row is written.
	old.updated_at := new.updated_at;
	if tg_table_name = 'leads' then
		old.email_key := null;
	end if;
	-- Byte by byte, for a program of its own may have added columns of types that know no equality.
	new.updated_at := case when new *<> old then now() else changed_at end;
	return new;
end
$$;
comment on function lma.touch_changed() is 'Keeps updated_at: the time of the last update that changed something.';

create or replace trigger leads_touch_updated_at before update on leads
	for each row execute function lma.touch_changed();
create or replace trigger campaigns_touch_updated_at before update on campaigns
	for each row execute function lma.touch_changed();

-- Addresses that lead to another lead now: those of duplicates, and those that a survivor gave up when it took a duplicate's.
-- They are part of what is kept of a merge: undoing it and deleting the survivor take them away.
alter table lma.merged_leads add column email_key text generated always as (lower(lead ->> 'email')) stored;
comment on column lma.merged_leads.email_key is 'The address of the duplicate in lower case.';
create index idx_merged_leads_email on lma.merged_leads (organization_id, email_key);
comment on index lma.idx_merged_leads_email is 'Serves finding the survivor by the address of a duplicate.';
grant select (email_key) on lma.merged_leads to lma_app, lma_readonly;

alter table lma.lead_merges
	add column survivor_email_key text generated always as (lower(survivor_before ->> 'email')) stored;
comment on column lma.lead_merges.survivor_email_key is
	'The address that the survivor had before, in lower case; null when the merge left it as it was.';
create index idx_lead_merges_email on lma.lead_merges (organization_id, survivor_email_key)
	where survivor_email_key is not null;
comment on index lma.idx_lead_merges_email is 'Serves finding the survivor by an address that it had before.';
grant select (survivor_email_key) on lma.lead_merges to lma_app, lma_readonly;
