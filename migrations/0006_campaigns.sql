-- Campaigns and the leads in them.

create type campaign_status_enum as enum ('draft', 'active', 'paused', 'completed', 'cancelled');

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
		references users (organization_id, id),
	constraint campaigns_sizes_in_range check (
		octet_length(description) <= 16777216
		and octet_length(target_criteria::text) <= 16777216
		and octet_length(goals::text) <= 16777216
	)
);

comment on table campaigns is 'Efforts that leads are gathered for.';
comment on constraint campaigns_sizes_in_range on campaigns is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index campaigns_pkey is 'Serves finding a campaign by id.';
comment on index campaigns_organization_id_id_key is
	'Serves the foreign keys that name a campaign together with the organization, and its newest campaigns.';

create index ix_campaigns_created_by on campaigns (created_by);
comment on index ix_campaigns_created_by is 'Serves deleting a user who created campaigns.';

-- By status as a condition of the index: under row security an enumeration cannot be one of its columns.
create index idx_campaigns_org_active on campaigns (organization_id, start_date)
	where status = 'active';
comment on index idx_campaigns_org_active is 'Serves the campaigns of an organization that run, by start date.';

call lma.secure_table('public.campaigns');
grant select, delete on campaigns to lma_app;
grant select on campaigns to lma_readonly;
grant insert (
	organization_id, name, description, campaign_type, status, target_criteria, start_date, end_date,
	budget_allocated, budget_spent, goals, created_by, created_at, updated_at
) on campaigns to lma_app;
grant update (
	name, description, campaign_type, status, target_criteria, start_date, end_date, budget_allocated,
	budget_spent, goals, created_by, created_at, updated_at
) on campaigns to lma_app;
grant usage on sequence campaigns_id_seq to lma_app;

create trigger campaigns_touch_updated_at before update on campaigns
	for each row execute function lma.touch_updated_at();

create table campaign_leads (
	id serial primary key,
	organization_id integer not null,
	campaign_id integer not null,
	lead_id integer not null,
	status varchar(50) not null default 'active',
	added_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint campaign_leads_campaign_same_organization foreign key (organization_id, campaign_id)
		references campaigns (organization_id, id) on delete cascade,
	constraint campaign_leads_lead_same_organization foreign key (organization_id, lead_id)
		references leads (organization_id, id) on delete cascade
);

comment on table campaign_leads is 'Which leads are in which campaign.';
comment on index campaign_leads_pkey is 'Serves finding a membership by id.';

alter table campaign_leads alter column organization_id set (n_distinct = 2);

create index idx_campaign_leads_campaign_status on campaign_leads (campaign_id, status);
comment on index idx_campaign_leads_campaign_status is
	'Serves the members of a campaign by status, and its deletion.';

create index ix_campaign_leads_lead_id on campaign_leads (lead_id);
comment on index ix_campaign_leads_lead_id is 'Serves the campaigns of a lead.';

create index ix_campaign_leads_organization_id on campaign_leads (organization_id, lead_id);
comment on index ix_campaign_leads_organization_id is
	'Serves deleting leads with their memberships, even while the table has never been analyzed.';

-- Last, so that of this and the one before, which cost the same for one lead, this one is taken: it has the campaign as well.
alter table campaign_leads
	add constraint campaign_leads_campaign_id_lead_id_key unique (organization_id, campaign_id, lead_id);
comment on index campaign_leads_campaign_id_lead_id_key is
	'Serves the promise that a lead is in a campaign only once, and the members of a campaign of an organization.';

call lma.secure_table('public.campaign_leads');
grant select, delete on campaign_leads to lma_app;
grant select on campaign_leads to lma_readonly;
grant insert (
	organization_id, campaign_id, lead_id, status, added_at, updated_at
) on campaign_leads to lma_app;
grant update (campaign_id, lead_id, status, added_at, updated_at) on campaign_leads to lma_app;
grant usage on sequence campaign_leads_id_seq to lma_app;

create trigger campaign_leads_fill_organization before insert on campaign_leads
	for each row when (new.organization_id is null)
	execute function lma.fill_organization_from_lead();

create trigger campaign_leads_touch_updated_at before update on campaign_leads
	for each row execute function lma.touch_updated_at();
