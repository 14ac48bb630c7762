create table campaigns (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	name varchar(255) not null,
	description text,
	campaign_type varchar(100),
	status campaign_status_enum not null default 'draft',
	target_criteria jsonb not null default '{}',
	start_date date,
	end_date date,
	budget_allocated integer, -- in cents
	budget_spent integer not null default 0, -- in cents
	goals jsonb not null default '{}',
	created_by integer,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint campaigns_organization_id_id_key unique (organization_id, id),
	constraint campaigns_created_by_same_organization foreign key (organization_id, created_by)
		references users (organization_id, id)
);

create index ix_campaigns_created_by on campaigns (created_by);

create table campaign_leads (
	id serial primary key,
	organization_id integer not null,
	campaign_id integer not null,
	lead_id integer not null,
	status varchar(50) not null default 'active',
	added_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint campaign_leads_campaign_id_lead_id_key unique (campaign_id, lead_id),
	constraint campaign_leads_campaign_same_organization foreign key (organization_id, campaign_id)
		references campaigns (organization_id, id) on delete cascade,
	constraint campaign_leads_lead_same_organization foreign key (organization_id, lead_id)
		references leads (organization_id, id) on delete cascade
);

create index idx_campaign_leads_campaign_status on campaign_leads (campaign_id, status);
create index ix_campaign_leads_lead_id on campaign_leads (lead_id);
create index ix_campaign_leads_organization_id on campaign_leads (organization_id, lead_id);

create trigger campaign_leads_fill_organization before insert on campaign_leads
	for each row when (new.organization_id is null)
	execute function lma.fill_organization_from_lead();

call lma.secure_table('public.campaigns');
call lma.secure_table('public.campaign_leads');

grant select, insert, update, delete on campaigns, campaign_leads to lma_app;
grant usage on sequence campaigns_id_seq, campaign_leads_id_seq to lma_app;
grant select on campaigns, campaign_leads to lma_readonly;
