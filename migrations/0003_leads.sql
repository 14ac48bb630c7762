-- Leads. Text and JSON that a tenant may write without a length has a greatest size, here and in every table below, so that
-- every row can be read back. A row of COPY, and so of pg_dump, is one text of less than 1 GB: where one row exceeds it,
-- nobody can dump the table any more. A jsonb of numbers such as 1e131071 has 12 bytes for each of them when stored and
-- 131,072 as text, so the text is what is measured.
--
-- 16 MB each: COPY doubles what it escapes, three columns of a row are below 100 MB then. An event of a lead holds its notes,
-- tags and custom fields before and after, control characters in six letters: below 400 MB. So activity_logs, which only
-- triggers write, has no check of its own.

create type lead_status_enum as enum (
	'NEW', 'CONTACTED', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'CLOSED_WON', 'CLOSED_LOST'
);
create type lead_source_enum as enum (
	'WEBSITE', 'EMAIL', 'SOCIAL_MEDIA', 'REFERRAL', 'ADVERTISING', 'COLD_OUTREACH', 'EVENT', 'OTHER'
);
create type lead_temperature_enum as enum ('hot', 'warm', 'cold');

create table leads (
	id serial primary key,
	email varchar(255) not null,
	first_name varchar(100) not null,
	last_name varchar(100) not null,
	company varchar(255),
	job_title varchar(100),
	phone varchar(50),
	website varchar(255),
	linkedin_url varchar(500),
	lead_temperature lead_temperature_enum not null default 'cold',
	expected_close_date date,
	last_engagement_date timestamptz,
	status lead_status_enum not null default 'NEW',
	source lead_source_enum not null default 'OTHER',
	score integer not null default 0,
	value integer, -- deal value in cents
	notes text,
	tags jsonb,
	custom_fields jsonb,
	first_contacted_at timestamptz,
	last_contacted_at timestamptz,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	organization_id integer not null references organizations (id),
	assigned_to_id integer,
	-- Stored, because an index on lower(email) is not used under row security.
	email_key text generated always as (lower(email)) stored,
	constraint leads_score_in_range check (score between 0 and 100),
	constraint leads_organization_id_id_key unique (organization_id, id),
	constraint leads_assigned_to_same_organization foreign key (organization_id, assigned_to_id)
		references users (organization_id, id),
	constraint leads_sizes_in_range check (
		octet_length(notes) <= 16777216
		and octet_length(tags::text) <= 16777216
		and octet_length(custom_fields::text) <= 16777216
	)
-- Autovacuum waits for a fifth of a table by default. Those that grow have settings of their own, here and in other files.
-- 1 M leads, a row of about 330 bytes. Every logged communication updates contact dates, every rescoring the score.
-- Dead rows: 1,000 + 2 % = 21,000 instead of 200,050, half a minute of work for one worker. Statistics: after as many
-- changes, so that an organization that arrives with 3 % of all leads is known within a minute. Inserts: 5 % = 55,000
-- instead of 201,000 until pages are marked all-visible, without which counting by an index reads the table.
-- A tenth of each page is left free: of 100,000 updates of contact dates 98 % stayed on their page and touched no index,
-- instead of 92 %; in the end the table had as many pages as without.
) with (
	fillfactor = 90,
	autovacuum_vacuum_threshold = 1000,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_vacuum_insert_threshold = 5000,
	autovacuum_vacuum_insert_scale_factor = 0.05,
	autovacuum_analyze_threshold = 1000,
	autovacuum_analyze_scale_factor = 0.02
);

comment on table leads is 'Who might buy.';
comment on column leads.email_key is
	'The address in lower case, stored, because an index on lower(email) is not used under row security.';
comment on constraint leads_sizes_in_range on leads is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index leads_pkey is 'Serves finding, changing and joining leads by id.';
comment on index leads_organization_id_id_key is
	'Serves the foreign keys that name a lead together with the organization.';

alter table leads alter column organization_id set (n_distinct = 2);

create index ix_leads_email on leads (email);
comment on index ix_leads_email is
	'Serves a platform that finds an address across organizations; within one, idx_leads_org_email does.';

create index ix_leads_company on leads (company);
comment on index ix_leads_company is 'Serves a platform that lists the leads of a company across organizations.';

create index ix_leads_status on leads (status);
comment on index ix_leads_status is 'Serves a platform that counts or lists by status across organizations.';

create index ix_leads_source on leads (source);
comment on index ix_leads_source is 'Serves a platform that counts or lists by source across organizations.';

create index idx_leads_org_status_score on leads (organization_id, status, score desc);
comment on index idx_leads_org_status_score is 'Serves the leads of an organization in one status, best score first.';

create index idx_leads_assigned_status on leads (assigned_to_id, status) where assigned_to_id is not null;
comment on index idx_leads_assigned_status is
	'Serves the number of open leads a user has, by which leads are assigned to the least loaded.';

create index idx_leads_score_temp on leads (score desc, lead_temperature);
comment on index idx_leads_score_temp is
	'Serves a platform that ranks leads by score and temperature across organizations.';

create index idx_leads_org_email on leads (organization_id, email_key);
comment on index idx_leads_org_email is
	'Serves finding a lead by its address, in any letter case, as upsert does for every row.';

-- The words of names, company, job title and address, each behind the organization's own mark (`o7xmiller`): a small
-- organization does not read what large ones have. Tags and custom fields have another mark (`j7xvip`). Only functions of
-- PostgreSQL, so that every client's role may write leads; JSON beyond any use is cut off, because a row of too many
-- words would be refused.
create index idx_leads_search on leads using gin ((
	array_to_tsvector(string_to_array(lower('o' || organization_id::text || 'x' || replace(replace(replace(replace(replace(
		first_name || ' ' || last_name || coalesce(' ' || company, '') || coalesce(' ' || job_title, '') || ' ' || email,
		'.', ' '), '@', ' '), '-', ' '), '''', ' '), ' ', ' o' || organization_id::text || 'x')), ' '))
	|| case
		when tags is null and custom_fields is null then ''
		else to_tsvector('simple', replace(
			coalesce(left(tags::text, 50000), '') || coalesce(left(custom_fields::text, 100000), ''),
			'"', ' j' || organization_id::text || 'x'))
	end
));
comment on index idx_leads_search is 'Serves lma.find_leads() by words, tags and custom fields.';

-- With the id, so that the leads of one bulk insert, all of one moment, are in order too.
create index idx_leads_created_org on leads (organization_id, created_at desc, id desc);
comment on index idx_leads_created_org is 'Serves the newest leads of an organization, and ranges of days.';

create index idx_leads_org_score on leads (organization_id, score desc, id);
comment on index idx_leads_org_score is
	'Serves the best leads of an organization: listings and v_lead_summary by score.';

-- One for each pipeline status: under row security an equality of an enumeration gives an index of more columns no order.
create index idx_leads_org_new on leads (organization_id, created_at desc, id desc) where status = 'NEW';
comment on index idx_leads_org_new is 'Serves the newest leads that are NEW, however few there are.';
create index idx_leads_org_contacted on leads (organization_id, created_at desc, id desc) where status = 'CONTACTED';
comment on index idx_leads_org_contacted is 'Serves the newest leads that are CONTACTED, however few there are.';
create index idx_leads_org_qualified on leads (organization_id, created_at desc, id desc) where status = 'QUALIFIED';
comment on index idx_leads_org_qualified is 'Serves the newest leads that are QUALIFIED, however few there are.';
create index idx_leads_org_proposal on leads (organization_id, created_at desc, id desc) where status = 'PROPOSAL';
comment on index idx_leads_org_proposal is 'Serves the newest leads that are PROPOSAL, however few there are.';
create index idx_leads_org_negotiation on leads (organization_id, created_at desc, id desc) where status = 'NEGOTIATION';
comment on index idx_leads_org_negotiation is 'Serves the newest leads that are NEGOTIATION, however few there are.';
create index idx_leads_org_closed_won on leads (organization_id, created_at desc, id desc) where status = 'CLOSED_WON';
comment on index idx_leads_org_closed_won is 'Serves the newest leads that are CLOSED_WON, however few there are.';
create index idx_leads_org_closed_lost on leads (organization_id, created_at desc, id desc) where status = 'CLOSED_LOST';
comment on index idx_leads_org_closed_lost is 'Serves the newest leads that are CLOSED_LOST, however few there are.';

create index idx_leads_org_hot on leads (organization_id, created_at desc, id desc) where lead_temperature = 'hot';
comment on index idx_leads_org_hot is 'Serves the newest hot leads, however few there are.';

create index idx_leads_org_owner on leads (organization_id, assigned_to_id, created_at desc, id desc);
comment on index idx_leads_org_owner is
	'Serves the newest leads of an owner or of nobody, and the foreign key to users.';

create index idx_leads_org_close_date on leads (organization_id, expected_close_date)
	where expected_close_date is not null;
comment on index idx_leads_org_close_date is 'Serves the leads expected to close in a range of days.';

create index idx_leads_org_name on leads (organization_id, lower(last_name), lower(first_name), id);
comment on index idx_leads_org_name is 'Serves the leads of an organization by name.';

-- No index on last_contacted_at and updated_at: every communication moves the one and every change the other, and as it is
-- such a change of a lead touches no index at all (a heap-only update). With one it would enter the lead anew in each of its
-- indexes, the words of idx_leads_search too. Lists in these two orders read the leads that meet the other conditions and
-- sort them.

call lma.secure_table('public.leads');
-- Ids span organizations. Nodes and tenant logins leave them to the defaults, here and elsewhere, so that an id that is taken
-- by another tells nothing; and no row moves to another organization.
grant select, delete on leads to lma_app;
grant select on leads to lma_readonly;
grant insert (
	email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature,
	expected_close_date, last_engagement_date, status, source, score, value, notes, tags, custom_fields,
	first_contacted_at, last_contacted_at, created_at, updated_at, organization_id, assigned_to_id
) on leads to lma_app;
grant update (
	email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature,
	expected_close_date, last_engagement_date, status, source, score, value, notes, tags, custom_fields,
	first_contacted_at, last_contacted_at, created_at, updated_at, assigned_to_id
) on leads to lma_app;
grant select (
	id, email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature,
	status, source, score, organization_id, assigned_to_id
) on leads to lma_worker;
grant usage on sequence leads_id_seq to lma_app;

create trigger leads_touch_updated_at before update on leads
	for each row execute function lma.touch_updated_at();

-- Rows that name only their lead get the lead's organization. Row security decides which leads can be named.
create function lma.fill_organization_from_lead() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
	if new.organization_id is null then
		select l.organization_id
		into new.organization_id
		from public.leads l
		where l.id = new.lead_id;
		if new.organization_id is null then
			raise exception using
				errcode = 'foreign_key_violation',
				message = pg_catalog.format('Lead %s not found', new.lead_id),
				table = tg_table_name,
				column = 'lead_id';
		end if;
	end if;
	return new;
end
$$;
