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
		references users (organization_id, id)
);

create index ix_leads_email on leads (email);
create index ix_leads_company on leads (company);
create index ix_leads_status on leads (status);
create index ix_leads_source on leads (source);
create index idx_leads_org_status_score on leads (organization_id, status, score desc);
create index idx_leads_assigned_status on leads (assigned_to_id, status) where assigned_to_id is not null;
create index idx_leads_score_temp on leads (score desc, lead_temperature);
create index idx_leads_created_org on leads (organization_id, created_at desc);
create index idx_leads_org_email on leads (organization_id, email_key);

create table lead_notes (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	lead_id integer not null,
	user_id integer,
	content text not null,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint lead_notes_lead_same_organization foreign key (organization_id, lead_id)
		references leads (organization_id, id) on delete cascade,
	constraint lead_notes_user_same_organization foreign key (organization_id, user_id)
		references users (organization_id, id) on delete set null (user_id)
);

create index ix_lead_notes_lead_id on lead_notes (lead_id, created_at desc);
create index ix_lead_notes_user_id on lead_notes (user_id);
create index ix_lead_notes_organization_id on lead_notes (organization_id, lead_id);

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

create trigger lead_notes_fill_organization before insert on lead_notes
	for each row execute function lma.fill_organization_from_lead();

call lma.secure_table('public.leads');
call lma.secure_table('public.lead_notes');

grant select, insert, update, delete on leads, lead_notes to lma_app;
grant usage on sequence leads_id_seq, lead_notes_id_seq to lma_app;
grant select on leads, lead_notes to lma_readonly;
grant select (
	id, organization_id, email, first_name, last_name, company, job_title, phone, website, linkedin_url,
	status, source, score, lead_temperature, assigned_to_id
) on leads to lma_worker;
