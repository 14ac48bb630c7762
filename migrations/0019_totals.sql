-- What the views of organizations and users show, kept as sums: exact in every snapshot, and without a row that two
-- writers wait for. A statement that changes leads, communications or notes appends one row for every user it concerns to
-- a table of deltas. What is true is totals plus deltas, also while deltas are being folded into totals.
--
-- user_id 0 is nobody. No foreign keys: the sums of an organization or a user that goes come to nothing by themselves.

create table lma.lead_totals (
	organization_id integer not null,
	user_id integer not null,
	leads bigint not null,
	score_sum bigint not null,
	qualified bigint not null,
	won bigint not null,
	primary key (organization_id, user_id)
) with (
	fillfactor = 70,
	autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_threshold = 2000
);

comment on table lma.lead_totals is 'Leads by owner as sums, as far as they have been folded.';
comment on index lma.lead_totals_pkey is
	'Serves v_organization_metrics and v_user_productivity: leads of an organization or a user.';

call lma.secure_table('lma.lead_totals');
grant select on lma.lead_totals to lma_app, lma_readonly;

create table lma.communication_totals (
	organization_id integer not null,
	user_id integer not null,
	communications bigint not null,
	primary key (organization_id, user_id)
) with (
	fillfactor = 70,
	autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_threshold = 2000
);

comment on table lma.communication_totals is 'Communications by user as sums, as far as they have been folded.';
comment on index lma.communication_totals_pkey is
	'Serves v_organization_metrics and v_user_productivity: communications of an organization or a user.';

call lma.secure_table('lma.communication_totals');
grant select on lma.communication_totals to lma_app, lma_readonly;

create table lma.note_totals (
	organization_id integer not null,
	user_id integer not null,
	notes bigint not null,
	primary key (organization_id, user_id)
) with (
	fillfactor = 70,
	autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_threshold = 2000
);

comment on table lma.note_totals is 'Lead notes by author as sums, as far as they have been folded.';
comment on index lma.note_totals_pkey is 'Serves v_user_productivity: notes of a user.';

call lma.secure_table('lma.note_totals');
grant select on lma.note_totals to lma_app, lma_readonly;

create table lma.lead_total_deltas (like lma.lead_totals
-- Many short-lived rows.
) with (
	autovacuum_vacuum_scale_factor = 0,
	autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_insert_scale_factor = 0,
	autovacuum_vacuum_insert_threshold = 10000,
	autovacuum_analyze_scale_factor = 0,
	autovacuum_analyze_threshold = 10000,
	autovacuum_vacuum_cost_delay = 0,
	vacuum_truncate = off
);

comment on table lma.lead_total_deltas is 'Changes to lead_totals not folded yet, appended by each statement.';

-- Without a key of their own they can still be replicated and deleted.
alter table lma.lead_total_deltas replica identity full;

create index ix_lead_total_deltas_user on lma.lead_total_deltas (organization_id, user_id);
comment on index lma.ix_lead_total_deltas_user is
	'Serves v_organization_metrics, v_user_productivity and the fold: unfolded changes to leads of an organization or a user.';

call lma.secure_table('lma.lead_total_deltas');
grant select on lma.lead_total_deltas to lma_app, lma_readonly;

create table lma.communication_total_deltas (like lma.communication_totals) with (
	autovacuum_vacuum_scale_factor = 0,
	autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_insert_scale_factor = 0,
	autovacuum_vacuum_insert_threshold = 10000,
	autovacuum_analyze_scale_factor = 0,
	autovacuum_analyze_threshold = 10000,
	autovacuum_vacuum_cost_delay = 0,
	vacuum_truncate = off
);

comment on table lma.communication_total_deltas is
	'Changes to communication_totals not folded yet, appended by each statement.';

-- Without a key of their own they can still be replicated and deleted.
alter table lma.communication_total_deltas replica identity full;

create index ix_communication_total_deltas_user on lma.communication_total_deltas (organization_id, user_id);
comment on index lma.ix_communication_total_deltas_user is
	'Serves v_organization_metrics, v_user_productivity and the fold: unfolded changes to communications.';

call lma.secure_table('lma.communication_total_deltas');
grant select on lma.communication_total_deltas to lma_app, lma_readonly;

create table lma.note_total_deltas (like lma.note_totals) with (
	autovacuum_vacuum_scale_factor = 0,
	autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_insert_scale_factor = 0,
	autovacuum_vacuum_insert_threshold = 10000,
	autovacuum_analyze_scale_factor = 0,
	autovacuum_analyze_threshold = 10000,
	autovacuum_vacuum_cost_delay = 0,
	vacuum_truncate = off
);

comment on table lma.note_total_deltas is 'Changes to note_totals not folded yet, appended by each statement.';

-- Without a key of their own they can still be replicated and deleted.
alter table lma.note_total_deltas replica identity full;

create index ix_note_total_deltas_user on lma.note_total_deltas (organization_id, user_id);
comment on index lma.ix_note_total_deltas_user is
	'Serves v_user_productivity and the fold: unfolded changes to notes of a user.';

call lma.secure_table('lma.note_total_deltas');
grant select on lma.note_total_deltas to lma_app, lma_readonly;

-- One row for each organization: whoever folds or repairs its totals holds it.
create table lma.totals_checks (
	organization_id integer primary key references public.organizations (id) on delete cascade,
	claimed_at timestamptz,
	checked_at timestamptz,
	drift bigint not null default 0
);

comment on table lma.totals_checks is
	'When the totals of each organization were last compared with its rows, and by how much they were wrong.';
comment on column lma.totals_checks.claimed_at is 'When a worker last began to compare.';
comment on column lma.totals_checks.drift is
	'Sum of the absolute differences that the last comparison found; must be 0.';
comment on index lma.totals_checks_pkey is
	'Serves the fold: the row to hold while the totals of an organization change.';

call lma.secure_table('lma.totals_checks');

-- A restore of data alone that leaves triggers on makes these rows anew from those of the other tables. Its copies of
-- them would count twice: only triggers and the functions below get past.
create function lma.ignore_row() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	return null;
end
$$;

create trigger lead_totals_ignore_copies before insert on lma.lead_totals
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger lead_total_deltas_ignore_copies before insert on lma.lead_total_deltas
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger communication_totals_ignore_copies before insert on lma.communication_totals
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger communication_total_deltas_ignore_copies before insert on lma.communication_total_deltas
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger note_totals_ignore_copies before insert on lma.note_totals
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger note_total_deltas_ignore_copies before insert on lma.note_total_deltas
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();
create trigger totals_checks_ignore_copies before insert on lma.totals_checks
	for each row
	when (pg_trigger_depth() = 0 and current_setting('lma.keeps_totals', true) is distinct from 'on')
	execute function lma.ignore_row();

-- Moves the deltas of these organizations (null: of all with at least so many) into the totals and returns how many it
-- moved. Leaves out organizations that somebody else is folding, and waits for nobody. By execute: the tables grow and
-- empty too fast for a plan that is kept.
create function lma.fold_ledger(ledger text, organization_ids integer[], at_least bigint default 1) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	statement text;
	moved bigint;
begin
	select format(
		$sql$
			with due as materialized (
				select organization_id
				from lma.%2$I
				where $1 is null or organization_id = any($1)
				group by organization_id
				having count(*) >= $2
			), held as materialized (
				select c.organization_id
				from lma.totals_checks c
				where c.organization_id in (select organization_id from due)
				for update skip locked
			), moved as (
				delete from lma.%2$I d
				using held h
				where d.organization_id = h.organization_id
				returning d.*
			), folded as (
				insert into lma.%1$I as t
				select organization_id, user_id, %3$s
				from moved
				group by organization_id, user_id
				on conflict (organization_id, user_id) do update
				set %4$s
			)
			select count(*)
			from moved
		$sql$,
		ledger || '_totals', ledger || '_total_deltas',
		string_agg(format('sum(%I)', attname), ', ' order by attnum),
		string_agg(format('%1$I = t.%1$I + excluded.%1$I', attname), ', ' order by attnum))
	into statement
	from pg_attribute
	where attrelid = format('lma.%I', ledger || '_totals')::regclass
		and attnum > 2
		and not attisdropped;
	execute statement using organization_ids, at_least into moved;
	return moved;
end
$$;

-- For the middle of somebody's write, which it must neither fail nor hold up.
create function lma.fold_ledger_quietly(ledger text, organization_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform lma.fold_ledger(ledger, organization_ids);
exception
	when others then null;
end
$$;

-- Folds one organization, or all with at least so many deltas. In read committed only: a stricter transaction fails when
-- another one has folded since it began.
create function lma.fold_totals(organization integer default null, at_least bigint default 1) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	ledger text;
	moved bigint := 0;
begin
	perform set_config('lma.keeps_totals', 'on', true);
	foreach ledger in array array['lead', 'communication', 'note'] loop
		moved := moved + lma.fold_ledger(
			ledger, case when organization is not null then array[organization] end, at_least);
	end loop;
	perform set_config('lma.keeps_totals', '', true);
	return moved;
end
$$;
comment on function lma.fold_totals(integer, bigint) is 'Folds deltas into totals, without changing any number in a view.';
grant execute on function lma.fold_totals(integer, bigint) to lma_worker;

-- TRUNCATE empties a table for older snapshots as well, and so its totals.
create function lma.forget_counts() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	execute format('truncate lma.%I, lma.%I', tg_argv[0] || '_total_deltas', tg_argv[0] || '_totals');
	return null;
end
$$;

-- The three triggers: sums over the rows of the statement, and no join. One statement in five hundred folds, so that
-- deltas stay few without any worker.
create function lma.count_leads() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	appended bigint;
begin
	if tg_op = 'INSERT' then
		insert into lma.lead_total_deltas
		select organization_id, coalesce(assigned_to_id, 0), count(*), sum(score),
			count(*) filter (where status = 'QUALIFIED'), count(*) filter (where status = 'CLOSED_WON')
		from new_rows
		group by 1, 2;
	elsif tg_op = 'DELETE' then
		insert into lma.lead_total_deltas
		select organization_id, coalesce(assigned_to_id, 0), -count(*), -sum(score),
			-count(*) filter (where status = 'QUALIFIED'), -count(*) filter (where status = 'CLOSED_WON')
		from old_rows
		group by 1, 2;
	else
		insert into lma.lead_total_deltas
		select organization_id, coalesce(assigned_to_id, 0), sum(sign), sum(sign * score),
			coalesce(sum(sign) filter (where status = 'QUALIFIED'), 0),
			coalesce(sum(sign) filter (where status = 'CLOSED_WON'), 0)
		from (
			select 1 as sign, organization_id, assigned_to_id, score, status
			from new_rows
			union all
			select -1, organization_id, assigned_to_id, score, status
			from old_rows
		) changed
		group by 1, 2
		having sum(sign) <> 0
			or sum(sign * score) <> 0
			or sum(sign) filter (where status = 'QUALIFIED') <> 0
			or sum(sign) filter (where status = 'CLOSED_WON') <> 0;
	end if;
	get diagnostics appended = row_count;
	if random() * 512 < appended and current_setting('transaction_isolation') = 'read committed' then
		if tg_op = 'DELETE' then
			perform lma.fold_ledger_quietly('lead', array_agg(distinct organization_id)) from old_rows;
		else
			perform lma.fold_ledger_quietly('lead', array_agg(distinct organization_id)) from new_rows;
		end if;
	end if;
	return null;
end
$$;

create trigger leads_count_created after insert on leads
	referencing new table as new_rows
	for each statement execute function lma.count_leads();
create trigger leads_count_changed after update on leads
	referencing old table as old_rows new table as new_rows
	for each statement execute function lma.count_leads();
create trigger leads_count_deleted after delete on leads
	referencing old table as old_rows
	for each statement execute function lma.count_leads();
create trigger leads_count_truncated after truncate on leads
	for each statement execute function lma.forget_counts('lead');

create function lma.count_communications() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	appended bigint;
begin
	if tg_op = 'INSERT' then
		insert into lma.communication_total_deltas
		select organization_id, coalesce(user_id, 0), count(*)
		from new_rows
		group by 1, 2;
	elsif tg_op = 'DELETE' then
		insert into lma.communication_total_deltas
		select organization_id, coalesce(user_id, 0), -count(*)
		from old_rows
		group by 1, 2;
	else
		insert into lma.communication_total_deltas
		select organization_id, coalesce(user_id, 0), sum(sign)
		from (
			select 1 as sign, organization_id, user_id
			from new_rows
			union all
			select -1, organization_id, user_id
			from old_rows
		) changed
		group by 1, 2
		having sum(sign) <> 0;
	end if;
	get diagnostics appended = row_count;
	if random() * 512 < appended and current_setting('transaction_isolation') = 'read committed' then
		if tg_op = 'DELETE' then
			perform lma.fold_ledger_quietly('communication', array_agg(distinct organization_id)) from old_rows;
		else
			perform lma.fold_ledger_quietly('communication', array_agg(distinct organization_id)) from new_rows;
		end if;
	end if;
	return null;
end
$$;

create trigger communications_count_created after insert on communications
	referencing new table as new_rows
	for each statement execute function lma.count_communications();
create trigger communications_count_changed after update on communications
	referencing old table as old_rows new table as new_rows
	for each statement execute function lma.count_communications();
create trigger communications_count_deleted after delete on communications
	referencing old table as old_rows
	for each statement execute function lma.count_communications();
create trigger communications_count_truncated after truncate on communications
	for each statement execute function lma.forget_counts('communication');

create function lma.count_notes() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	appended bigint;
begin
	if tg_op = 'INSERT' then
		insert into lma.note_total_deltas
		select organization_id, coalesce(user_id, 0), count(*)
		from new_rows
		group by 1, 2;
	elsif tg_op = 'DELETE' then
		insert into lma.note_total_deltas
		select organization_id, coalesce(user_id, 0), -count(*)
		from old_rows
		group by 1, 2;
	else
		insert into lma.note_total_deltas
		select organization_id, coalesce(user_id, 0), sum(sign)
		from (
			select 1 as sign, organization_id, user_id
			from new_rows
			union all
			select -1, organization_id, user_id
			from old_rows
		) changed
		group by 1, 2
		having sum(sign) <> 0;
	end if;
	get diagnostics appended = row_count;
	if random() * 512 < appended and current_setting('transaction_isolation') = 'read committed' then
		if tg_op = 'DELETE' then
			perform lma.fold_ledger_quietly('note', array_agg(distinct organization_id)) from old_rows;
		else
			perform lma.fold_ledger_quietly('note', array_agg(distinct organization_id)) from new_rows;
		end if;
	end if;
	return null;
end
$$;

create trigger lead_notes_count_created after insert on lead_notes
	referencing new table as new_rows
	for each statement execute function lma.count_notes();
create trigger lead_notes_count_changed after update on lead_notes
	referencing old table as old_rows new table as new_rows
	for each statement execute function lma.count_notes();
create trigger lead_notes_count_deleted after delete on lead_notes
	referencing old table as old_rows
	for each statement execute function lma.count_notes();
create trigger lead_notes_count_truncated after truncate on lead_notes
	for each statement execute function lma.forget_counts('note');

create function lma.prepare_totals() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into lma.totals_checks (organization_id)
	select id
	from new_rows
	on conflict do nothing;
	return null;
end
$$;

create trigger organizations_prepare_totals after insert on organizations
	referencing new table as new_rows
	for each statement execute function lma.prepare_totals();

-- At the end of the transaction: until then, cascades of the same delete append what they took away.
create function lma.forget_totals() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
	forgotten text;
begin
	if exists (select from public.organizations where id = old.id) then
		return null;
	end if;
	foreach forgotten in array array[
		'lead_totals', 'lead_total_deltas', 'communication_totals', 'communication_total_deltas', 'note_totals',
		'note_total_deltas'
	]
	loop
		execute format('delete from lma.%I where organization_id = $1', forgotten) using old.id;
	end loop;
	return null;
end
$$;

create constraint trigger organizations_forget_totals after delete on organizations
	deferrable initially deferred
	for each row execute function lma.forget_totals();
