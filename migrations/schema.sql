-- What the migrations in this folder make, object by object: for reading, and for seeing in a diff what a migration
-- changes. Printed from the catalogue by `npm run schema`, alike on every server; a test holds it against a freshly migrated
-- database. Never run: `lma migrate` makes the schema.

create schema lma;
grant usage on schema lma to lma_app;
grant usage on schema lma to lma_readonly;
grant usage on schema lma to lma_worker;

create schema lma_archive;

grant create on schema public to pg_database_owner;
grant usage on schema public to pg_database_owner;
grant usage on schema public to public;

create type public.campaign_status_enum as enum ('draft', 'active', 'paused', 'completed', 'cancelled');

create type public.communication_direction_enum as enum ('inbound', 'outbound');

create type public.communication_status_enum as enum ('scheduled', 'completed', 'failed', 'cancelled');

create type public.communication_type_enum as enum ('email', 'call', 'meeting', 'linkedin', 'sms');

create type public.integration_status_enum as enum ('active', 'inactive', 'error', 'expired');

create type public.lead_source_enum as enum ('WEBSITE', 'EMAIL', 'SOCIAL_MEDIA', 'REFERRAL', 'ADVERTISING', 'COLD_OUTREACH', 'EVENT', 'OTHER');

create type public.lead_status_enum as enum ('NEW', 'CONTACTED', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'CLOSED_WON', 'CLOSED_LOST');

create type public.lead_temperature_enum as enum ('hot', 'warm', 'cold');

create type public.user_role_enum as enum ('ADMIN', 'MANAGER', 'SALES_REP', 'VIEWER');

alter default privileges for role lma_owner revoke execute on routines from public;

create table lma.campaign_departures (
	organization_id integer not null,
	campaign_id integer not null,
	lead_id integer not null,
	left_at timestamp with time zone not null default now(),
	constraint campaign_departures_campaign_same_organization FOREIGN KEY (organization_id, campaign_id) REFERENCES public.campaigns(organization_id, id) ON DELETE CASCADE,
	constraint campaign_departures_pkey PRIMARY KEY (organization_id, campaign_id, lead_id)
);
comment on table lma.campaign_departures is 'Leads that left a campaign, and so are not enrolled in it again.';
comment on index lma.campaign_departures_pkey is 'Serves telling who left a campaign.';
CREATE INDEX ix_campaign_departures_lead ON lma.campaign_departures USING btree (organization_id, lead_id);
comment on index lma.ix_campaign_departures_lead is 'Serves the departures of a lead, when it is merged or deleted.';
alter table lma.campaign_departures enable row level security;
alter table lma.campaign_departures force row level security;
create policy owner on lma.campaign_departures as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.campaign_departures as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.campaign_departures as permissive for all to lma_worker using (true) with check (true);
grant select on lma.campaign_departures to lma_app;
grant select on lma.campaign_departures to lma_readonly;

create table lma.communication_total_deltas (
	organization_id integer not null,
	user_id integer not null,
	communications bigint not null
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=10000, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=10000, autovacuum_vacuum_cost_delay=0, vacuum_truncate=off);
comment on table lma.communication_total_deltas is 'Changes to communication_totals not folded yet, appended by each statement.';
CREATE INDEX ix_communication_total_deltas_user ON lma.communication_total_deltas USING btree (organization_id, user_id);
comment on index lma.ix_communication_total_deltas_user is 'Serves v_organization_metrics, v_user_productivity and the fold: unfolded changes to communications.';
CREATE TRIGGER communication_total_deltas_ignore_copies BEFORE INSERT ON lma.communication_total_deltas FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.communication_total_deltas replica identity full;
alter table lma.communication_total_deltas enable row level security;
alter table lma.communication_total_deltas force row level security;
create policy owner on lma.communication_total_deltas as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.communication_total_deltas as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.communication_total_deltas as permissive for all to lma_worker using (true) with check (true);
grant select on lma.communication_total_deltas to lma_app;
grant select on lma.communication_total_deltas to lma_readonly;

create table lma.communication_totals (
	organization_id integer not null,
	user_id integer not null,
	communications bigint not null,
	constraint communication_totals_pkey PRIMARY KEY (organization_id, user_id)
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=2000);
comment on table lma.communication_totals is 'Communications by user as sums, as far as they have been folded.';
comment on index lma.communication_totals_pkey is 'Serves v_organization_metrics and v_user_productivity: communications of an organization or a user.';
CREATE TRIGGER communication_totals_ignore_copies BEFORE INSERT ON lma.communication_totals FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.communication_totals enable row level security;
alter table lma.communication_totals force row level security;
create policy owner on lma.communication_totals as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.communication_totals as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.communication_totals as permissive for all to lma_worker using (true) with check (true);
grant select on lma.communication_totals to lma_app;
grant select on lma.communication_totals to lma_readonly;

create table lma.event_channels (
	organization_id integer not null,
	channel text not null default ('lma_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)),
	constraint event_channels_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint event_channels_pkey PRIMARY KEY (organization_id)
);
comment on table lma.event_channels is 'The NOTIFY channel on which an organization is told that it has new events.';
comment on index lma.event_channels_pkey is 'Serves the channel of an organization.';
CREATE TRIGGER event_channels_keep BEFORE INSERT ON lma.event_channels FOR EACH ROW EXECUTE FUNCTION lma.keep_event_channel();
alter table lma.event_channels enable row level security;
alter table lma.event_channels force row level security;
create policy owner on lma.event_channels as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.event_channels as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.event_channels as permissive for all to lma_worker using (true) with check (true);
grant select on lma.event_channels to lma_app;
grant select on lma.event_channels to lma_readonly;

create table lma.event_subscriptions (
	organization_id integer not null,
	name text not null,
	event_types text[] not null,
	filter jsonb not null default '{}'::jsonb,
	cursor_transaction xid8 not null,
	cursor_id bigint not null,
	claimed_transaction xid8,
	claimed_id bigint,
	lease_owner text,
	lease_until timestamp with time zone,
	epoch bigint not null default 0,
	delivered bigint not null default 0,
	moved_at timestamp with time zone not null default now(),
	last_error text,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint event_subscriptions_event_types_known CHECK (((cardinality(event_types) > 0) AND (event_types <@ ARRAY['lead.created'::text, 'lead.updated'::text, 'lead.scored'::text, 'lead.temperatureChanged'::text, 'lead.assigned'::text, 'lead.statusChanged'::text, 'communication.logged'::text, 'communication.scheduled'::text, 'communication.completed'::text, 'communication.failed'::text, 'communication.cancelled'::text, 'communication.replied'::text, 'campaign.leadAdded'::text]))),
	constraint event_subscriptions_filter_is_object CHECK ((jsonb_typeof(filter) = 'object'::text)),
	constraint event_subscriptions_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
	constraint event_subscriptions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint event_subscriptions_pkey PRIMARY KEY (organization_id, name),
	constraint event_subscriptions_sizes_in_range CHECK (((octet_length((filter)::text) <= 16777216) AND (octet_length((event_types)::text) <= 16777216) AND (octet_length(lease_owner) <= 16777216)))
) with (fillfactor=50);
comment on table lma.event_subscriptions is 'Who reads an organization''s events, how far each has come, and which reader holds the lease.';
comment on constraint event_subscriptions_sizes_in_range on lma.event_subscriptions is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index lma.event_subscriptions_pkey is 'Serves every call of a reader, by organization and name.';
alter table lma.event_subscriptions enable row level security;
alter table lma.event_subscriptions force row level security;
create policy owner on lma.event_subscriptions as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.event_subscriptions as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.event_subscriptions as permissive for all to lma_worker using (true) with check (true);
grant select on lma.event_subscriptions to lma_app;
grant select on lma.event_subscriptions to lma_readonly;
grant select on lma.event_subscriptions to lma_worker;

create table lma.lead_merges (
	id bigint not null generated by default as identity,
	organization_id integer not null,
	survivor_id integer not null,
	current_lead_id integer not null,
	survivor_before jsonb not null,
	survivor_after jsonb not null,
	merged_at timestamp with time zone not null default now(),
	survivor_email_key text generated always as (lower((survivor_before ->> 'email'::text))) stored,
	constraint lead_merges_lead_same_organization FOREIGN KEY (organization_id, current_lead_id) REFERENCES public.leads(organization_id, id) ON DELETE CASCADE,
	constraint lead_merges_organization_id_id_key UNIQUE (organization_id, id),
	constraint lead_merges_pkey PRIMARY KEY (id)
);
comment on table lma.lead_merges is 'Merges of leads that have not been undone.';
comment on column lma.lead_merges.survivor_email_key is 'The address that the survivor had before, in lower case; null when the merge left it as it was.';
comment on index lma.lead_merges_pkey is 'Serves a merge by its id, for undoing it.';
comment on index lma.lead_merges_organization_id_id_key is 'Serves the foreign key of merged_leads.';
CREATE INDEX ix_lead_merges_lead ON lma.lead_merges USING btree (organization_id, current_lead_id);
comment on index lma.ix_lead_merges_lead is 'Serves the merges into a lead, when that lead is merged or deleted.';
CREATE INDEX idx_lead_merges_email ON lma.lead_merges USING btree (organization_id, survivor_email_key) WHERE (survivor_email_key IS NOT NULL);
comment on index lma.idx_lead_merges_email is 'Serves finding the survivor by an address that it had before.';
alter table lma.lead_merges enable row level security;
alter table lma.lead_merges force row level security;
create policy owner on lma.lead_merges as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.lead_merges as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.lead_merges as permissive for all to lma_worker using (true) with check (true);
grant select (current_lead_id, id, merged_at, organization_id, survivor_email_key, survivor_id) on lma.lead_merges to lma_app;
grant select (current_lead_id, id, merged_at, organization_id, survivor_email_key, survivor_id) on lma.lead_merges to lma_readonly;

create table lma.lead_total_deltas (
	organization_id integer not null,
	user_id integer not null,
	leads bigint not null,
	score_sum bigint not null,
	qualified bigint not null,
	won bigint not null
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=10000, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=10000, autovacuum_vacuum_cost_delay=0, vacuum_truncate=off);
comment on table lma.lead_total_deltas is 'Changes to lead_totals not folded yet, appended by each statement.';
CREATE INDEX ix_lead_total_deltas_user ON lma.lead_total_deltas USING btree (organization_id, user_id);
comment on index lma.ix_lead_total_deltas_user is 'Serves v_organization_metrics, v_user_productivity and the fold: unfolded changes to leads of an organization or a user.';
CREATE TRIGGER lead_total_deltas_ignore_copies BEFORE INSERT ON lma.lead_total_deltas FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.lead_total_deltas replica identity full;
alter table lma.lead_total_deltas enable row level security;
alter table lma.lead_total_deltas force row level security;
create policy owner on lma.lead_total_deltas as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.lead_total_deltas as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.lead_total_deltas as permissive for all to lma_worker using (true) with check (true);
grant select on lma.lead_total_deltas to lma_app;
grant select on lma.lead_total_deltas to lma_readonly;

create table lma.lead_totals (
	organization_id integer not null,
	user_id integer not null,
	leads bigint not null,
	score_sum bigint not null,
	qualified bigint not null,
	won bigint not null,
	constraint lead_totals_pkey PRIMARY KEY (organization_id, user_id)
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=2000);
comment on table lma.lead_totals is 'Leads by owner as sums, as far as they have been folded.';
comment on index lma.lead_totals_pkey is 'Serves v_organization_metrics and v_user_productivity: leads of an organization or a user.';
CREATE TRIGGER lead_totals_ignore_copies BEFORE INSERT ON lma.lead_totals FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.lead_totals enable row level security;
alter table lma.lead_totals force row level security;
create policy owner on lma.lead_totals as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.lead_totals as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.lead_totals as permissive for all to lma_worker using (true) with check (true);
grant select on lma.lead_totals to lma_app;
grant select on lma.lead_totals to lma_readonly;

create table lma.merged_leads (
	organization_id integer not null,
	lead_id integer not null,
	merge_id bigint not null,
	lead jsonb not null,
	communication_ids bigint[] not null default '{}'::bigint[],
	note_ids integer[] not null default '{}'::integer[],
	membership_ids integer[] not null default '{}'::integer[],
	dropped_memberships jsonb not null default '[]'::jsonb,
	activity_ids bigint[] not null default '{}'::bigint[],
	merge_ids bigint[] not null default '{}'::bigint[],
	suppressions jsonb not null default '[]'::jsonb,
	email_key text generated always as (lower((lead ->> 'email'::text))) stored,
	departures jsonb not null default '[]'::jsonb,
	constraint merged_leads_merge_same_organization FOREIGN KEY (organization_id, merge_id) REFERENCES lma.lead_merges(organization_id, id) ON DELETE CASCADE,
	constraint merged_leads_pkey PRIMARY KEY (organization_id, lead_id)
);
comment on table lma.merged_leads is 'Leads that were merged into others: their rows as they were, and what moved from them.';
comment on column lma.merged_leads.suppressions is 'What kept the lead from being contacted, each with added_id: the row that the survivor got for it, or null.';
comment on column lma.merged_leads.email_key is 'The address of the duplicate in lower case.';
comment on column lma.merged_leads.departures is 'Campaigns that the lead had left, each with carried_at: when the survivor has left it by merges alone, or null.';
comment on index lma.merged_leads_pkey is 'Serves finding the survivor by the id of a duplicate.';
CREATE INDEX ix_merged_leads_merge ON lma.merged_leads USING btree (organization_id, merge_id);
comment on index lma.ix_merged_leads_merge is 'Serves the duplicates of a merge.';
CREATE INDEX idx_merged_leads_email ON lma.merged_leads USING btree (organization_id, email_key);
comment on index lma.idx_merged_leads_email is 'Serves finding the survivor by the address of a duplicate.';
CREATE TRIGGER merged_leads_carry_suppressions AFTER INSERT ON lma.merged_leads REFERENCING NEW TABLE AS merged FOR EACH STATEMENT EXECUTE FUNCTION lma.carry_suppressions();
CREATE TRIGGER merged_leads_merge_campaign_departures AFTER INSERT ON lma.merged_leads REFERENCING NEW TABLE AS merged FOR EACH STATEMENT EXECUTE FUNCTION lma.merge_campaign_departures();
CREATE TRIGGER merged_leads_return_campaign_departures AFTER DELETE ON lma.merged_leads REFERENCING OLD TABLE AS unmerged FOR EACH STATEMENT EXECUTE FUNCTION lma.return_campaign_departures();
CREATE TRIGGER merged_leads_return_suppressions AFTER DELETE ON lma.merged_leads REFERENCING OLD TABLE AS unmerged FOR EACH STATEMENT EXECUTE FUNCTION lma.return_suppressions();
alter table lma.merged_leads enable row level security;
alter table lma.merged_leads force row level security;
create policy owner on lma.merged_leads as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.merged_leads as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.merged_leads as permissive for all to lma_worker using (true) with check (true);
grant select (email_key, lead_id, merge_id, organization_id) on lma.merged_leads to lma_app;
grant select (email_key, lead_id, merge_id, organization_id) on lma.merged_leads to lma_readonly;

create table lma.note_total_deltas (
	organization_id integer not null,
	user_id integer not null,
	notes bigint not null
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=10000, autovacuum_analyze_scale_factor=0, autovacuum_analyze_threshold=10000, autovacuum_vacuum_cost_delay=0, vacuum_truncate=off);
comment on table lma.note_total_deltas is 'Changes to note_totals not folded yet, appended by each statement.';
CREATE INDEX ix_note_total_deltas_user ON lma.note_total_deltas USING btree (organization_id, user_id);
comment on index lma.ix_note_total_deltas_user is 'Serves v_user_productivity and the fold: unfolded changes to notes of a user.';
CREATE TRIGGER note_total_deltas_ignore_copies BEFORE INSERT ON lma.note_total_deltas FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.note_total_deltas replica identity full;
alter table lma.note_total_deltas enable row level security;
alter table lma.note_total_deltas force row level security;
create policy owner on lma.note_total_deltas as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.note_total_deltas as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.note_total_deltas as permissive for all to lma_worker using (true) with check (true);
grant select on lma.note_total_deltas to lma_app;
grant select on lma.note_total_deltas to lma_readonly;

create table lma.note_totals (
	organization_id integer not null,
	user_id integer not null,
	notes bigint not null,
	constraint note_totals_pkey PRIMARY KEY (organization_id, user_id)
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=2000);
comment on table lma.note_totals is 'Lead notes by author as sums, as far as they have been folded.';
comment on index lma.note_totals_pkey is 'Serves v_user_productivity: notes of a user.';
CREATE TRIGGER note_totals_ignore_copies BEFORE INSERT ON lma.note_totals FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.note_totals enable row level security;
alter table lma.note_totals force row level security;
create policy owner on lma.note_totals as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.note_totals as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.note_totals as permissive for all to lma_worker using (true) with check (true);
grant select on lma.note_totals to lma_app;
grant select on lma.note_totals to lma_readonly;

create table lma.partition_policy (
	only_row boolean not null default true,
	keep_months integer,
	retire_by text not null default 'detach'::text,
	stale_days integer not null default 30,
	started_at timestamp with time zone,
	running_until timestamp with time zone,
	finished_at timestamp with time zone,
	constraint partition_policy_keep_months_in_range CHECK (((keep_months >= 1) AND (keep_months <= 1200))),
	constraint partition_policy_only_row_check CHECK (only_row),
	constraint partition_policy_pkey PRIMARY KEY (only_row),
	constraint partition_policy_retire_by_known CHECK ((retire_by = ANY (ARRAY['detach'::text, 'drop'::text]))),
	constraint partition_policy_stale_days_in_range CHECK (((stale_days >= 1) AND (stale_days <= 3650)))
);
comment on table lma.partition_policy is 'How long months of events are kept, and when retention last ran. One row.';
comment on index lma.partition_policy_pkey is 'Serves the promise that there is only one policy.';
alter table lma.partition_policy enable row level security;
alter table lma.partition_policy force row level security;
create policy owner on lma.partition_policy as permissive for all to lma_owner using (true) with check (true);

create table lma.retention_log (
	id bigint not null generated always as identity,
	organization_id integer,
	subject text not null,
	detail text not null,
	row_count bigint,
	logged_at timestamp with time zone not null default now(),
	constraint retention_log_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint retention_log_pkey PRIMARY KEY (id)
);
comment on table lma.retention_log is 'What retention removed, one row for every batch, and what it kept and why.';
comment on index lma.retention_log_pkey is 'Serves the log in the order in which it was written.';
CREATE INDEX ix_retention_log_organization_id ON lma.retention_log USING btree (organization_id, id);
comment on index lma.ix_retention_log_organization_id is 'Serves what retention removed of one organization.';
alter table lma.retention_log enable row level security;
alter table lma.retention_log force row level security;
create policy owner on lma.retention_log as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.retention_log as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.retention_log as permissive for all to lma_worker using (true) with check (true);
grant select on lma.retention_log to lma_app;
grant select on lma.retention_log to lma_readonly;
grant select on lma.retention_log to lma_worker;

create table lma.tenant_logins (
	login name not null,
	organization_id integer not null,
	created_at timestamp with time zone not null default now(),
	constraint tenant_logins_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint tenant_logins_pkey PRIMARY KEY (login)
);
comment on table lma.tenant_logins is 'Which organization a PostgreSQL login in lma_tenant is bound to.';
comment on index lma.tenant_logins_pkey is 'Serves row security, which asks for the organization of a tenant login.';
CREATE INDEX ix_tenant_logins_organization_id ON lma.tenant_logins USING btree (organization_id);
comment on index lma.ix_tenant_logins_organization_id is 'Serves deleting an organization with its logins.';
alter table lma.tenant_logins enable row level security;
alter table lma.tenant_logins force row level security;
create policy owner on lma.tenant_logins as permissive for all to lma_owner using (true) with check (true);

create table lma.totals_checks (
	organization_id integer not null,
	claimed_at timestamp with time zone,
	checked_at timestamp with time zone,
	drift bigint not null default 0,
	constraint totals_checks_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint totals_checks_pkey PRIMARY KEY (organization_id)
);
comment on table lma.totals_checks is 'When the totals of each organization were last compared with its rows, and by how much they were wrong.';
comment on column lma.totals_checks.claimed_at is 'When a worker last began to compare.';
comment on column lma.totals_checks.drift is 'Sum of the absolute differences that the last comparison found; must be 0.';
comment on index lma.totals_checks_pkey is 'Serves the fold: the row to hold while the totals of an organization change.';
CREATE TRIGGER totals_checks_ignore_copies BEFORE INSERT ON lma.totals_checks FOR EACH ROW WHEN (((pg_trigger_depth() = 0) AND (current_setting('lma.keeps_totals'::text, true) IS DISTINCT FROM 'on'::text))) EXECUTE FUNCTION lma.ignore_row();
alter table lma.totals_checks enable row level security;
alter table lma.totals_checks force row level security;
create policy owner on lma.totals_checks as permissive for all to lma_owner using (true) with check (true);
create policy tenant on lma.totals_checks as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on lma.totals_checks as permissive for all to lma_worker using (true) with check (true);

create table lma.worker_channels (
	name text not null,
	channel text not null default ('lma_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)),
	constraint worker_channels_pkey PRIMARY KEY (name)
);
comment on table lma.worker_channels is 'The NOTIFY channels of the worker: dispatch, when something is due; workflows, when a scan is.';
comment on index lma.worker_channels_pkey is 'Serves a channel of the worker by its name.';
alter table lma.worker_channels enable row level security;
alter table lma.worker_channels force row level security;
create policy owner on lma.worker_channels as permissive for all to lma_owner using (true) with check (true);
create policy worker on lma.worker_channels as permissive for select to lma_worker using (true);
grant select on lma.worker_channels to lma_worker;

create table lma.worker_keys (
	key_id character varying(50) not null,
	seen_at timestamp with time zone not null default now(),
	constraint worker_keys_pkey PRIMARY KEY (key_id)
);
comment on table lma.worker_keys is 'The ids of the encryption keys that workers have run with. An id is the beginning of a hash, and says nothing of its key.';
comment on column lma.worker_keys.key_id is 'As in integrations.secret_key_id.';
comment on column lma.worker_keys.seen_at is 'When a worker last said so; each does at its start and every hour.';
comment on index lma.worker_keys_pkey is 'Serves noting that a key is in use.';
alter table lma.worker_keys enable row level security;
alter table lma.worker_keys force row level security;
create policy owner on lma.worker_keys as permissive for all to lma_owner using (true) with check (true);
create policy worker on lma.worker_keys as permissive for all to lma_worker using (true) with check (true);
grant insert on lma.worker_keys to lma_worker;
grant select on lma.worker_keys to lma_worker;
grant update on lma.worker_keys to lma_worker;

create table public.activity_logs (
	id bigint not null generated by default as identity,
	organization_id integer not null,
	lead_id integer,
	user_id integer default lma.actor_id(),
	communication_id bigint,
	campaign_id integer,
	activity_type character varying(100) not null,
	activity_metadata jsonb not null default '{}'::jsonb,
	n8n_workflow_id character varying(255) default NULLIF(current_setting('lma.n8n_workflow_id'::text, true), ''::text),
	n8n_execution_id character varying(255) default NULLIF(current_setting('lma.n8n_execution_id'::text, true), ''::text),
	transaction_id xid8 not null default pg_current_xact_id(),
	created_at timestamp with time zone not null default now(),
	constraint activity_logs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint activity_logs_pkey PRIMARY KEY (id, created_at)
) partition by RANGE (created_at);
comment on table public.activity_logs is 'Every change to leads, communications and memberships, by month: audit trail, timeline and feed of events. Written by triggers only.';
comment on column public.activity_logs.activity_metadata is '{"before": {…}, "after": {…}} with column names as keys.';
comment on column public.activity_logs.transaction_id is 'The writing transaction by the clock of events, lma.event_transaction_id(). Readers take rows in this order, below lma.event_horizon(): ids alone would skip rows that commit late.';
comment on index public.activity_logs_pkey is 'Serves finding an event by id.';
CREATE INDEX idx_activity_logs_lead_type_date ON ONLY public.activity_logs USING btree (lead_id, activity_type, created_at DESC);
comment on index public.idx_activity_logs_lead_type_date is 'Serves the timeline of a lead, all or of one type, and its deletion.';
CREATE INDEX ix_activity_logs_organization_transaction ON ONLY public.activity_logs USING btree (organization_id, transaction_id, id);
comment on index public.ix_activity_logs_organization_transaction is 'Serves reading the events of an organization in the order of their commits.';
alter table public.activity_logs enable row level security;
alter table public.activity_logs force row level security;
create policy owner on public.activity_logs as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.activity_logs as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.activity_logs as permissive for all to lma_worker using (true) with check (true);
grant select on public.activity_logs to lma_app;
grant select on public.activity_logs to lma_readonly;

create table public.activity_logs_default (
	id bigint not null,
	organization_id integer not null,
	lead_id integer,
	user_id integer default lma.actor_id(),
	communication_id bigint,
	campaign_id integer,
	activity_type character varying(100) not null,
	activity_metadata jsonb not null default '{}'::jsonb,
	n8n_workflow_id character varying(255) default NULLIF(current_setting('lma.n8n_workflow_id'::text, true), ''::text),
	n8n_execution_id character varying(255) default NULLIF(current_setting('lma.n8n_execution_id'::text, true), ''::text),
	transaction_id xid8 not null default pg_current_xact_id(),
	created_at timestamp with time zone not null default now()
) with (autovacuum_freeze_min_age=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_insert_threshold=10000, autovacuum_vacuum_insert_scale_factor=0.1, autovacuum_analyze_threshold=2000, autovacuum_analyze_scale_factor=0.02);
alter table public.activity_logs attach partition public.activity_logs_default DEFAULT;
alter table public.activity_logs_default enable row level security;
alter table public.activity_logs_default force row level security;
create policy owner on public.activity_logs_default as permissive for all to lma_owner using (true) with check (true);

create table public.assignment_rotations (
	organization_id integer not null,
	pool_key text not null,
	last_user_id integer,
	updated_at timestamp with time zone not null default now(),
	constraint assignment_rotations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint assignment_rotations_pkey PRIMARY KEY (organization_id, pool_key),
	constraint assignment_rotations_sizes_in_range CHECK ((octet_length(pool_key) <= 16777216))
);
comment on table public.assignment_rotations is 'The position of round robin in every set of users that take turns.';
comment on column public.assignment_rotations.pool_key is '''team'' for all sales representatives, else the user ids in order, separated by commas.';
comment on constraint assignment_rotations_sizes_in_range on public.assignment_rotations is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.assignment_rotations_pkey is 'Serves finding and locking the position of round robin.';
CREATE TRIGGER assignment_rotations_touch_updated_at BEFORE UPDATE ON public.assignment_rotations FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.assignment_rotations enable row level security;
alter table public.assignment_rotations force row level security;
create policy owner on public.assignment_rotations as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.assignment_rotations as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.assignment_rotations as permissive for all to lma_worker using (true) with check (true);
grant select on public.assignment_rotations to lma_app;
grant select on public.assignment_rotations to lma_readonly;
grant insert (last_user_id, organization_id, pool_key, updated_at) on public.assignment_rotations to lma_app;
grant update (last_user_id, pool_key, updated_at) on public.assignment_rotations to lma_app;

create table public.campaign_leads (
	id integer not null generated by default as identity,
	organization_id integer not null,
	campaign_id integer not null,
	lead_id integer not null,
	status character varying(50) not null default 'active'::character varying,
	added_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint campaign_leads_campaign_id_lead_id_key UNIQUE (organization_id, campaign_id, lead_id),
	constraint campaign_leads_campaign_same_organization FOREIGN KEY (organization_id, campaign_id) REFERENCES public.campaigns(organization_id, id) ON DELETE CASCADE,
	constraint campaign_leads_lead_same_organization FOREIGN KEY (organization_id, lead_id) REFERENCES public.leads(organization_id, id) ON DELETE CASCADE,
	constraint campaign_leads_pkey PRIMARY KEY (id)
);
comment on table public.campaign_leads is 'Which leads are in which campaign.';
alter table public.campaign_leads alter column organization_id set (n_distinct=2);
comment on index public.campaign_leads_pkey is 'Serves finding a membership by id.';
CREATE INDEX idx_campaign_leads_campaign_status ON public.campaign_leads USING btree (campaign_id, status);
comment on index public.idx_campaign_leads_campaign_status is 'Serves the members of a campaign by status, and its deletion.';
CREATE INDEX ix_campaign_leads_lead_id ON public.campaign_leads USING btree (lead_id);
comment on index public.ix_campaign_leads_lead_id is 'Serves the campaigns of a lead.';
CREATE INDEX ix_campaign_leads_organization_id ON public.campaign_leads USING btree (organization_id, lead_id);
comment on index public.ix_campaign_leads_organization_id is 'Serves deleting leads with their memberships, even while the table has never been analyzed.';
comment on index public.campaign_leads_campaign_id_lead_id_key is 'Serves the promise that a lead is in a campaign only once, and the members of a campaign of an organization.';
CREATE INDEX ix_campaign_leads_members ON public.campaign_leads USING btree (organization_id, campaign_id, status, lead_id);
comment on index public.ix_campaign_leads_members is 'Serves the members of a campaign that have a status, by lead.';
CREATE TRIGGER campaign_leads_fill_organization BEFORE INSERT ON public.campaign_leads FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION lma.fill_organization_from_lead();
CREATE TRIGGER campaign_leads_keep_departures AFTER DELETE ON public.campaign_leads REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION lma.keep_campaign_departures();
CREATE TRIGGER campaign_leads_log_added AFTER INSERT ON public.campaign_leads REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lma.log_campaign_leads_added();
CREATE TRIGGER campaign_leads_log_changed AFTER UPDATE ON public.campaign_leads REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.log_campaign_leads_changed();
CREATE TRIGGER campaign_leads_log_removed AFTER DELETE ON public.campaign_leads REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION lma.log_campaign_leads_removed();
CREATE TRIGGER campaign_leads_touch_updated_at BEFORE UPDATE ON public.campaign_leads FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.campaign_leads enable row level security;
alter table public.campaign_leads force row level security;
create policy owner on public.campaign_leads as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.campaign_leads as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.campaign_leads as permissive for all to lma_worker using (true) with check (true);
grant delete on public.campaign_leads to lma_app;
grant select on public.campaign_leads to lma_app;
grant select on public.campaign_leads to lma_readonly;
grant insert (added_at, campaign_id, lead_id, organization_id, status, updated_at) on public.campaign_leads to lma_app;
grant update (added_at, campaign_id, lead_id, status, updated_at) on public.campaign_leads to lma_app;

create table public.campaigns (
	id integer not null generated by default as identity,
	organization_id integer not null,
	name character varying(255) not null,
	description text,
	campaign_type character varying(100),
	status public.campaign_status_enum not null default 'draft'::public.campaign_status_enum,
	target_criteria jsonb not null default '{}'::jsonb,
	start_date date,
	end_date date,
	budget_allocated integer,
	budget_spent integer not null default 0,
	goals jsonb not null default '{}'::jsonb,
	created_by integer,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	daily_enrolment_cap integer,
	enrolled_on date,
	enrolled_count integer not null default 0,
	constraint campaigns_created_by_same_organization FOREIGN KEY (organization_id, created_by) REFERENCES public.users(organization_id, id),
	constraint campaigns_daily_enrolment_cap_in_range CHECK (((daily_enrolment_cap >= 0) AND (daily_enrolment_cap <= 100000))),
	constraint campaigns_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint campaigns_organization_id_id_key UNIQUE (organization_id, id),
	constraint campaigns_pkey PRIMARY KEY (id),
	constraint campaigns_sizes_in_range CHECK (((octet_length(description) <= 16777216) AND (octet_length((target_criteria)::text) <= 16777216) AND (octet_length((goals)::text) <= 16777216)))
);
comment on table public.campaigns is 'Efforts that leads are gathered for.';
comment on column public.campaigns.daily_enrolment_cap is 'Most leads that are enrolled by the target criteria in one day; null means the default, 50.';
comment on column public.campaigns.enrolled_on is 'The last day on which leads were enrolled by the target criteria.';
comment on column public.campaigns.enrolled_count is 'How many leads were enrolled on that day, those that have left since included.';
comment on constraint campaigns_sizes_in_range on public.campaigns is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.campaigns_pkey is 'Serves finding a campaign by id.';
comment on index public.campaigns_organization_id_id_key is 'Serves the foreign keys that name a campaign together with the organization, and its newest campaigns.';
CREATE INDEX ix_campaigns_created_by ON public.campaigns USING btree (created_by);
comment on index public.ix_campaigns_created_by is 'Serves deleting a user who created campaigns.';
CREATE INDEX idx_campaigns_org_active ON public.campaigns USING btree (organization_id, start_date) WHERE (status = 'active'::public.campaign_status_enum);
comment on index public.idx_campaigns_org_active is 'Serves the campaigns of an organization that run, by start date.';
CREATE TRIGGER campaigns_touch_updated_at BEFORE UPDATE OF organization_id, name, description, campaign_type, status, target_criteria, start_date, end_date, budget_allocated, budget_spent, goals, created_by, created_at, updated_at, daily_enrolment_cap ON public.campaigns FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.campaigns enable row level security;
alter table public.campaigns force row level security;
create policy owner on public.campaigns as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.campaigns as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.campaigns as permissive for all to lma_worker using (true) with check (true);
grant delete on public.campaigns to lma_app;
grant select on public.campaigns to lma_app;
grant select on public.campaigns to lma_readonly;
grant insert (budget_allocated, budget_spent, campaign_type, created_at, created_by, daily_enrolment_cap, description, end_date, goals, name, organization_id, start_date, status, target_criteria, updated_at) on public.campaigns to lma_app;
grant update (budget_allocated, budget_spent, campaign_type, created_at, created_by, daily_enrolment_cap, description, end_date, enrolled_count, enrolled_on, goals, name, start_date, status, target_criteria, updated_at) on public.campaigns to lma_app;

create table public.communication_attempts (
	communication_id bigint not null,
	epoch integer not null,
	organization_id integer not null,
	schedule_version integer not null,
	phase text not null default 'claimed'::text,
	idempotency_key text not null,
	body_hash text,
	provider_id text,
	error text,
	claimed_at timestamp with time zone not null default now(),
	sending_at timestamp with time zone,
	finished_at timestamp with time zone,
	constraint communication_attempts_communication_same_organization FOREIGN KEY (organization_id, communication_id) REFERENCES public.communications(organization_id, id) ON DELETE CASCADE,
	constraint communication_attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint communication_attempts_phase_known CHECK ((phase = ANY (ARRAY['claimed'::text, 'sending'::text, 'sent'::text, 'not_sent'::text, 'unknown'::text, 'fenced'::text]))),
	constraint communication_attempts_pkey PRIMARY KEY (communication_id, epoch)
) with (fillfactor=50, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_scale_factor=0.05, autovacuum_analyze_threshold=2000, autovacuum_analyze_scale_factor=0.05);
comment on table public.communication_attempts is 'One row for every time a worker took a communication to send it.';
alter table public.communication_attempts alter column organization_id set (n_distinct=2);
comment on index public.communication_attempts_pkey is 'Serves the attempts of a communication, and its deletion.';
CREATE INDEX ix_communication_attempts_organization_id ON public.communication_attempts USING btree (organization_id, claimed_at);
comment on index public.ix_communication_attempts_organization_id is 'Serves the retention of an organization''s attempts, oldest first, and deleting the organization.';
alter table public.communication_attempts enable row level security;
alter table public.communication_attempts force row level security;
create policy owner on public.communication_attempts as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.communication_attempts as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.communication_attempts as permissive for all to lma_worker using (true) with check (true);
grant insert on public.communication_attempts to lma_worker;
grant select on public.communication_attempts to lma_app;
grant select on public.communication_attempts to lma_readonly;
grant select on public.communication_attempts to lma_worker;
grant update on public.communication_attempts to lma_worker;

create table public.communications (
	id bigint not null generated by default as identity,
	lead_id integer not null,
	user_id integer,
	communication_type public.communication_type_enum not null,
	direction public.communication_direction_enum not null,
	subject character varying(500),
	content text,
	status public.communication_status_enum not null default 'completed'::public.communication_status_enum,
	scheduled_at timestamp with time zone,
	completed_at timestamp with time zone,
	comm_metadata jsonb not null default '{}'::jsonb,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	organization_id integer not null,
	dispatch_at timestamp with time zone,
	dispatch_epoch integer not null default 0,
	schedule_version integer not null default 0,
	dispatch_started_at timestamp with time zone,
	failure_reason text,
	planned_at timestamp with time zone,
	is_transactional boolean not null default false,
	constraint communications_lead_same_organization FOREIGN KEY (organization_id, lead_id) REFERENCES public.leads(organization_id, id) ON DELETE CASCADE,
	constraint communications_pkey PRIMARY KEY (id),
	constraint communications_sizes_in_range CHECK (((octet_length(content) <= 16777216) AND (octet_length((comm_metadata)::text) <= 16777216))),
	constraint communications_user_same_organization FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id) ON DELETE SET NULL (user_id)
) with (autovacuum_vacuum_threshold=2000, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_insert_threshold=10000, autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_analyze_threshold=2000, autovacuum_analyze_scale_factor=0.02);
comment on table public.communications is 'What was said to a lead and what is scheduled to be said.';
comment on column public.communications.organization_id is 'The organization of the lead; filled in when it is not given.';
comment on column public.communications.dispatch_at is 'When the worker looks at the row next: the time it is due, a lease while it is worked on, or a retry.';
comment on column public.communications.dispatch_epoch is 'Fencing token: whoever holds an older one may no longer finish the row.';
comment on column public.communications.schedule_version is 'Counts schedules and reschedules; part of the idempotency key.';
comment on column public.communications.dispatch_started_at is 'Set, and committed, before anything is sent. From here on a cancel comes too late.';
comment on column public.communications.failure_reason is 'Why it failed, was cancelled by the send gate or put off by it: a stable code such as smtp_550 or replied.';
comment on column public.communications.planned_at is 'Since when it is scheduled: a reply after that ends it. Moving it to another time leaves it, scheduling it anew does not.';
comment on column public.communications.is_transactional is 'About something that the lead asked for or bought: sent whatever the state of the lead, and at any hour.';
alter table public.communications alter column organization_id set (n_distinct=2);
comment on constraint communications_sizes_in_range on public.communications is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.communications_pkey is 'Serves finding, claiming and finishing communications by id.';
CREATE INDEX idx_communications_lead_type_date ON public.communications USING btree (lead_id, communication_type, created_at DESC);
comment on index public.idx_communications_lead_type_date is 'Serves the history of a lead, all or of one type, and its deletion.';
CREATE INDEX idx_communications_scheduled_status ON public.communications USING btree (scheduled_at, status) WHERE (status = 'scheduled'::public.communication_status_enum);
comment on index public.idx_communications_scheduled_status is 'Serves a platform that looks for what is scheduled across organizations.';
CREATE INDEX idx_communications_dispatch ON public.communications USING btree (organization_id, dispatch_at) WHERE ((status = 'scheduled'::public.communication_status_enum) AND (dispatch_started_at IS NULL));
comment on index public.idx_communications_dispatch is 'Serves the worker''s claim of what is due, organization by organization.';
CREATE INDEX idx_communications_unfinished ON public.communications USING btree (dispatch_at) WHERE ((status = 'scheduled'::public.communication_status_enum) AND (dispatch_started_at IS NOT NULL));
comment on index public.idx_communications_unfinished is 'Serves the search for communications whose worker vanished while sending.';
CREATE UNIQUE INDEX ix_communications_organization_id ON public.communications USING btree (organization_id, id);
comment on index public.ix_communications_organization_id is 'Serves the newest communications of an organization.';
CREATE INDEX idx_communications_org_user ON public.communications USING btree (organization_id, user_id, id);
comment on index public.idx_communications_org_user is 'Serves the newest communications of a user, and deleting that user.';
CREATE INDEX idx_communications_org_scheduled ON public.communications USING btree (organization_id, scheduled_at, id) WHERE (status = 'scheduled'::public.communication_status_enum);
comment on index public.idx_communications_org_scheduled is 'Serves what an organization has scheduled in a range of time.';
CREATE INDEX idx_communications_org_failed ON public.communications USING btree (organization_id, created_at DESC, id DESC) WHERE (status = ANY (ARRAY['failed'::public.communication_status_enum, 'cancelled'::public.communication_status_enum]));
comment on index public.idx_communications_org_failed is 'Serves the newest communications of an organization that failed, and wait for a person, or were cancelled.';
CREATE INDEX idx_communications_org_lead ON public.communications USING btree (organization_id, lead_id, created_at DESC, id DESC);
comment on index public.idx_communications_org_lead is 'Serves the newest communications of a lead, their number and latest date in v_lead_summary, and deleting a lead.';
CREATE INDEX idx_communications_org_planned ON public.communications USING btree (organization_id, scheduled_at, id) WHERE (scheduled_at IS NOT NULL);
comment on index public.idx_communications_org_planned is 'Serves what was or is scheduled for some time, whatever became of it.';
CREATE TRIGGER communications_count_changed AFTER UPDATE ON public.communications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_communications();
CREATE TRIGGER communications_count_created AFTER INSERT ON public.communications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_communications();
CREATE TRIGGER communications_count_deleted AFTER DELETE ON public.communications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_communications();
CREATE TRIGGER communications_count_truncated AFTER TRUNCATE ON public.communications FOR EACH STATEMENT EXECUTE FUNCTION lma.forget_counts('communication');
CREATE TRIGGER communications_fill_organization BEFORE INSERT ON public.communications FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION lma.fill_organization_from_lead();
CREATE TRIGGER communications_log_changed AFTER UPDATE ON public.communications REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.log_communications_changed();
CREATE TRIGGER communications_log_created AFTER INSERT ON public.communications REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION lma.log_communications_created();
CREATE TRIGGER communications_log_deleted AFTER DELETE ON public.communications REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION lma.log_communications_deleted();
CREATE TRIGGER communications_plan_dispatch_on_insert BEFORE INSERT ON public.communications FOR EACH ROW WHEN ((new.status = 'scheduled'::public.communication_status_enum)) EXECUTE FUNCTION lma.plan_dispatch();
CREATE TRIGGER communications_plan_dispatch_on_update BEFORE UPDATE OF status, scheduled_at, direction ON public.communications FOR EACH ROW EXECUTE FUNCTION lma.plan_dispatch();
CREATE TRIGGER communications_touch_updated_at BEFORE UPDATE ON public.communications FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.communications enable row level security;
alter table public.communications force row level security;
create policy owner on public.communications as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.communications as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.communications as permissive for all to lma_worker using (true) with check (true);
grant delete on public.communications to lma_app;
grant select on public.communications to lma_app;
grant select on public.communications to lma_readonly;
grant select on public.communications to lma_worker;
grant insert (comm_metadata, communication_type, completed_at, content, created_at, direction, is_transactional, lead_id, organization_id, scheduled_at, status, subject, updated_at, user_id) on public.communications to lma_app;
grant update (comm_metadata, communication_type, completed_at, content, created_at, direction, is_transactional, lead_id, scheduled_at, status, subject, updated_at, user_id) on public.communications to lma_app;
grant update (comm_metadata, completed_at, dispatch_at, dispatch_epoch, dispatch_started_at, failure_reason, scheduled_at, status, updated_at) on public.communications to lma_worker;

create table public.custom_field_definitions (
	id integer not null generated by default as identity,
	organization_id integer not null,
	entity character varying(20) not null default 'lead'::character varying,
	key character varying(100) not null,
	label character varying(255) not null,
	field_type character varying(20) not null default 'text'::character varying,
	options jsonb not null default '[]'::jsonb,
	is_required boolean not null default false,
	position integer not null default 0,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint custom_field_definitions_entity_known CHECK (((entity)::text = 'lead'::text)),
	constraint custom_field_definitions_field_type_known CHECK (((field_type)::text = ANY ((ARRAY['text'::character varying, 'number'::character varying, 'boolean'::character varying, 'date'::character varying, 'select'::character varying, 'multiSelect'::character varying, 'url'::character varying, 'email'::character varying])::text[]))),
	constraint custom_field_definitions_key_key UNIQUE (organization_id, entity, key),
	constraint custom_field_definitions_key_usable CHECK ((((key)::text ~ '^[^][{}."''`\\<>[:cntrl:]]+$'::text) AND ((key)::text = btrim((key)::text)) AND ((key)::text <> ALL ((ARRAY['__proto__'::character varying, 'constructor'::character varying, 'prototype'::character varying])::text[])))),
	constraint custom_field_definitions_label_usable CHECK (((btrim((label)::text) <> ''::text) AND ((label)::text !~ '[[:cntrl:]]'::text))),
	constraint custom_field_definitions_options_usable CHECK (
CASE jsonb_typeof(options)
    WHEN 'array'::text THEN (((field_type)::text = ANY ((ARRAY['select'::character varying, 'multiSelect'::character varying])::text[])) = (options <> '[]'::jsonb))
    ELSE false
END),
	constraint custom_field_definitions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint custom_field_definitions_pkey PRIMARY KEY (id),
	constraint custom_field_definitions_sizes_in_range CHECK ((octet_length((options)::text) <= 65536))
);
comment on table public.custom_field_definitions is 'The custom fields of an organization: label, type and what may be chosen.';
comment on column public.custom_field_definitions.key is 'The key in custom_fields of the entity''s row.';
comment on column public.custom_field_definitions.options is 'The texts to choose from, for a select or multiSelect.';
comment on constraint custom_field_definitions_sizes_in_range on public.custom_field_definitions is 'Keeps every row small enough to dump, and a list of choices small enough to show: at most 64 kB.';
comment on index public.custom_field_definitions_pkey is 'Serves a definition by id.';
comment on index public.custom_field_definitions_key_key is 'Serves the custom fields of an organization, and one by its key.';
CREATE TRIGGER custom_field_definitions_touch_updated_at BEFORE UPDATE ON public.custom_field_definitions FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.custom_field_definitions enable row level security;
alter table public.custom_field_definitions force row level security;
create policy owner on public.custom_field_definitions as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.custom_field_definitions as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.custom_field_definitions as permissive for all to lma_worker using (true) with check (true);
grant select on public.custom_field_definitions to lma_app;
grant select on public.custom_field_definitions to lma_readonly;
grant select on public.custom_field_definitions to lma_worker;

create table public.integrations (
	id integer not null generated by default as identity,
	organization_id integer not null,
	name character varying(255) not null,
	integration_type character varying(100) not null,
	status public.integration_status_enum not null default 'active'::public.integration_status_enum,
	configuration jsonb not null default '{}'::jsonb,
	secret_ciphertext bytea,
	secret_key_id character varying(50),
	last_sync_at timestamp with time zone,
	last_error text,
	created_by integer,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	sync_requested bigint not null default 0,
	sync_served bigint not null default 0,
	constraint integrations_created_by_same_organization FOREIGN KEY (organization_id, created_by) REFERENCES public.users(organization_id, id),
	constraint integrations_name_key UNIQUE (organization_id, integration_type, name),
	constraint integrations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint integrations_organization_id_id_key UNIQUE (organization_id, id),
	constraint integrations_pkey PRIMARY KEY (id)
);
comment on table public.integrations is 'The n8n instances, mail servers and webhooks an organization is connected to.';
comment on column public.integrations.configuration is 'Addresses and options; nothing secret.';
comment on column public.integrations.secret_ciphertext is 'Encrypted with AES-256-GCM; only the worker can read it, and it needs LMA_ENCRYPTION_KEY to decrypt it.';
comment on column public.integrations.secret_key_id is 'The id of the key it was encrypted with.';
comment on column public.integrations.sync_requested is 'How many times a scan of this n8n instance has been requested.';
comment on column public.integrations.sync_served is 'The value of sync_requested when the last finished scan began; while it is lower than sync_requested, a scan is due.';
comment on index public.integrations_pkey is 'Serves finding an integration by id.';
comment on index public.integrations_organization_id_id_key is 'Serves the foreign key of workflows, which names an integration together with the organization.';
comment on index public.integrations_name_key is 'Serves connecting the same thing again, which changes it, and finding the webhook of an organization.';
CREATE INDEX ix_integrations_created_by ON public.integrations USING btree (created_by);
comment on index public.ix_integrations_created_by is 'Serves deleting a user who created integrations.';
CREATE INDEX idx_integrations_org_broken ON public.integrations USING btree (organization_id, id) WHERE (status <> 'active'::public.integration_status_enum);
comment on index public.idx_integrations_org_broken is 'Serves the connections of an organization that are broken or switched off.';
CREATE TRIGGER integrations_touch_updated_at BEFORE UPDATE ON public.integrations FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.integrations enable row level security;
alter table public.integrations force row level security;
create policy owner on public.integrations as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.integrations as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.integrations as permissive for all to lma_worker using (true) with check (true);
grant select on public.integrations to lma_worker;
grant select (configuration, created_at, created_by, id, integration_type, last_error, last_sync_at, name, organization_id, status, sync_requested, sync_served, updated_at) on public.integrations to lma_app;
grant select (configuration, created_at, created_by, id, integration_type, last_error, last_sync_at, name, organization_id, status, sync_requested, sync_served, updated_at) on public.integrations to lma_readonly;
grant update (last_error, last_sync_at, status, sync_served, updated_at) on public.integrations to lma_worker;

create table public.lead_notes (
	id integer not null generated by default as identity,
	organization_id integer not null,
	lead_id integer not null,
	user_id integer,
	content text not null,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint lead_notes_lead_same_organization FOREIGN KEY (organization_id, lead_id) REFERENCES public.leads(organization_id, id) ON DELETE CASCADE,
	constraint lead_notes_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint lead_notes_pkey PRIMARY KEY (id),
	constraint lead_notes_sizes_in_range CHECK ((octet_length(content) <= 16777216)),
	constraint lead_notes_user_same_organization FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id) ON DELETE SET NULL (user_id)
);
comment on table public.lead_notes is 'What somebody wrote down about a lead.';
alter table public.lead_notes alter column organization_id set (n_distinct=2);
comment on constraint lead_notes_sizes_in_range on public.lead_notes is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.lead_notes_pkey is 'Serves finding a note by id.';
CREATE INDEX ix_lead_notes_lead_id ON public.lead_notes USING btree (lead_id, created_at DESC);
comment on index public.ix_lead_notes_lead_id is 'Serves the notes of a lead, newest first.';
CREATE INDEX ix_lead_notes_organization_id ON public.lead_notes USING btree (organization_id, lead_id);
comment on index public.ix_lead_notes_organization_id is 'Serves deleting leads with their notes, even while the table has never been analyzed.';
CREATE INDEX idx_lead_notes_org_date ON public.lead_notes USING btree (organization_id, created_at DESC, id DESC);
comment on index public.idx_lead_notes_org_date is 'Serves the newest notes of an organization.';
CREATE INDEX idx_lead_notes_org_user ON public.lead_notes USING btree (organization_id, user_id, created_at DESC, id DESC);
comment on index public.idx_lead_notes_org_user is 'Serves the newest notes of a user, and deleting that user.';
CREATE TRIGGER lead_notes_count_changed AFTER UPDATE ON public.lead_notes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_notes();
CREATE TRIGGER lead_notes_count_created AFTER INSERT ON public.lead_notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_notes();
CREATE TRIGGER lead_notes_count_deleted AFTER DELETE ON public.lead_notes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_notes();
CREATE TRIGGER lead_notes_count_truncated AFTER TRUNCATE ON public.lead_notes FOR EACH STATEMENT EXECUTE FUNCTION lma.forget_counts('note');
CREATE TRIGGER lead_notes_fill_organization BEFORE INSERT ON public.lead_notes FOR EACH ROW EXECUTE FUNCTION lma.fill_organization_from_lead();
CREATE TRIGGER lead_notes_log_created AFTER INSERT ON public.lead_notes REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION lma.log_notes_created();
CREATE TRIGGER lead_notes_log_deleted AFTER DELETE ON public.lead_notes REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION lma.log_notes_deleted();
CREATE TRIGGER lead_notes_touch_updated_at BEFORE UPDATE ON public.lead_notes FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.lead_notes enable row level security;
alter table public.lead_notes force row level security;
create policy owner on public.lead_notes as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.lead_notes as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.lead_notes as permissive for all to lma_worker using (true) with check (true);
grant delete on public.lead_notes to lma_app;
grant select on public.lead_notes to lma_app;
grant select on public.lead_notes to lma_readonly;
grant insert (content, created_at, lead_id, organization_id, updated_at, user_id) on public.lead_notes to lma_app;
grant update (content, created_at, lead_id, updated_at, user_id) on public.lead_notes to lma_app;

create table public.leads (
	id integer not null generated by default as identity,
	email character varying(255) not null,
	first_name character varying(100) not null,
	last_name character varying(100) not null,
	company character varying(255),
	job_title character varying(100),
	phone character varying(50),
	website character varying(255),
	linkedin_url character varying(500),
	lead_temperature public.lead_temperature_enum not null default 'cold'::public.lead_temperature_enum,
	expected_close_date date,
	last_engagement_date timestamp with time zone,
	status public.lead_status_enum not null default 'NEW'::public.lead_status_enum,
	source public.lead_source_enum not null default 'OTHER'::public.lead_source_enum,
	score integer not null default 0,
	value integer,
	notes text,
	tags jsonb,
	custom_fields jsonb,
	first_contacted_at timestamp with time zone,
	last_contacted_at timestamp with time zone,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	organization_id integer not null,
	assigned_to_id integer,
	email_key text generated always as (lower((email)::text)) stored,
	constraint leads_assigned_to_same_organization FOREIGN KEY (organization_id, assigned_to_id) REFERENCES public.users(organization_id, id),
	constraint leads_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id),
	constraint leads_organization_id_id_key UNIQUE (organization_id, id),
	constraint leads_pkey PRIMARY KEY (id),
	constraint leads_score_in_range CHECK (((score >= 0) AND (score <= 100))),
	constraint leads_sizes_in_range CHECK (((octet_length(notes) <= 16777216) AND (octet_length((tags)::text) <= 16777216) AND (octet_length((custom_fields)::text) <= 16777216)))
) with (fillfactor=90, autovacuum_vacuum_threshold=1000, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_insert_threshold=5000, autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_analyze_threshold=1000, autovacuum_analyze_scale_factor=0.02);
comment on table public.leads is 'Who might buy.';
comment on column public.leads.email_key is 'The address in lower case, stored, because an index on lower(email) is not used under row security.';
alter table public.leads alter column organization_id set (n_distinct=2);
comment on constraint leads_sizes_in_range on public.leads is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.leads_pkey is 'Serves finding, changing and joining leads by id.';
comment on index public.leads_organization_id_id_key is 'Serves the foreign keys that name a lead together with the organization.';
CREATE INDEX ix_leads_email ON public.leads USING btree (email);
comment on index public.ix_leads_email is 'Serves a platform that finds an address across organizations; within one, idx_leads_org_email does.';
CREATE INDEX ix_leads_company ON public.leads USING btree (company);
comment on index public.ix_leads_company is 'Serves a platform that lists the leads of a company across organizations.';
CREATE INDEX ix_leads_status ON public.leads USING btree (status);
comment on index public.ix_leads_status is 'Serves a platform that counts or lists by status across organizations.';
CREATE INDEX ix_leads_source ON public.leads USING btree (source);
comment on index public.ix_leads_source is 'Serves a platform that counts or lists by source across organizations.';
CREATE INDEX idx_leads_org_status_score ON public.leads USING btree (organization_id, status, score DESC);
comment on index public.idx_leads_org_status_score is 'Serves the leads of an organization in one status, best score first.';
CREATE INDEX idx_leads_assigned_status ON public.leads USING btree (assigned_to_id, status) WHERE (assigned_to_id IS NOT NULL);
comment on index public.idx_leads_assigned_status is 'Serves the number of open leads a user has, by which leads are assigned to the least loaded.';
CREATE INDEX idx_leads_score_temp ON public.leads USING btree (score DESC, lead_temperature);
comment on index public.idx_leads_score_temp is 'Serves a platform that ranks leads by score and temperature across organizations.';
CREATE INDEX idx_leads_org_email ON public.leads USING btree (organization_id, email_key);
comment on index public.idx_leads_org_email is 'Serves finding a lead by its address, in any letter case, as upsert does for every row.';
CREATE INDEX idx_leads_search ON public.leads USING gin (((array_to_tsvector(string_to_array(lower(((('o'::text || (organization_id)::text) || 'x'::text) || replace(replace(replace(replace(replace((((((((first_name)::text || ' '::text) || (last_name)::text) || COALESCE((' '::text || (company)::text), ''::text)) || COALESCE((' '::text || (job_title)::text), ''::text)) || ' '::text) || (email)::text), '.'::text, ' '::text), '@'::text, ' '::text), '-'::text, ' '::text), ''''::text, ' '::text), ' '::text, ((' o'::text || (organization_id)::text) || 'x'::text)))), ' '::text)) ||
CASE
    WHEN ((tags IS NULL) AND (custom_fields IS NULL)) THEN ''::tsvector
    ELSE to_tsvector('simple'::regconfig, replace((COALESCE("left"((tags)::text, 50000), ''::text) || COALESCE("left"((custom_fields)::text, 100000), ''::text)), '"'::text, ((' j'::text || (organization_id)::text) || 'x'::text)))
END)));
comment on index public.idx_leads_search is 'Serves lma.find_leads() by words, tags and custom fields.';
CREATE INDEX idx_leads_created_org ON public.leads USING btree (organization_id, created_at DESC, id DESC);
comment on index public.idx_leads_created_org is 'Serves the newest leads of an organization, and ranges of days.';
CREATE INDEX idx_leads_org_score ON public.leads USING btree (organization_id, score DESC, id);
comment on index public.idx_leads_org_score is 'Serves the best leads of an organization: listings and v_lead_summary by score.';
CREATE INDEX idx_leads_org_new ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'NEW'::public.lead_status_enum);
comment on index public.idx_leads_org_new is 'Serves the newest leads that are NEW, however few there are.';
CREATE INDEX idx_leads_org_contacted ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'CONTACTED'::public.lead_status_enum);
comment on index public.idx_leads_org_contacted is 'Serves the newest leads that are CONTACTED, however few there are.';
CREATE INDEX idx_leads_org_qualified ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'QUALIFIED'::public.lead_status_enum);
comment on index public.idx_leads_org_qualified is 'Serves the newest leads that are QUALIFIED, however few there are.';
CREATE INDEX idx_leads_org_proposal ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'PROPOSAL'::public.lead_status_enum);
comment on index public.idx_leads_org_proposal is 'Serves the newest leads that are PROPOSAL, however few there are.';
CREATE INDEX idx_leads_org_negotiation ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'NEGOTIATION'::public.lead_status_enum);
comment on index public.idx_leads_org_negotiation is 'Serves the newest leads that are NEGOTIATION, however few there are.';
CREATE INDEX idx_leads_org_closed_won ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'CLOSED_WON'::public.lead_status_enum);
comment on index public.idx_leads_org_closed_won is 'Serves the newest leads that are CLOSED_WON, however few there are.';
CREATE INDEX idx_leads_org_closed_lost ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (status = 'CLOSED_LOST'::public.lead_status_enum);
comment on index public.idx_leads_org_closed_lost is 'Serves the newest leads that are CLOSED_LOST, however few there are.';
CREATE INDEX idx_leads_org_hot ON public.leads USING btree (organization_id, created_at DESC, id DESC) WHERE (lead_temperature = 'hot'::public.lead_temperature_enum);
comment on index public.idx_leads_org_hot is 'Serves the newest hot leads, however few there are.';
CREATE INDEX idx_leads_org_owner ON public.leads USING btree (organization_id, assigned_to_id, created_at DESC, id DESC);
comment on index public.idx_leads_org_owner is 'Serves the newest leads of an owner or of nobody, and the foreign key to users.';
CREATE INDEX idx_leads_org_close_date ON public.leads USING btree (organization_id, expected_close_date) WHERE (expected_close_date IS NOT NULL);
comment on index public.idx_leads_org_close_date is 'Serves the leads expected to close in a range of days.';
CREATE INDEX idx_leads_org_name ON public.leads USING btree (organization_id, lower((last_name)::text), lower((first_name)::text), id);
comment on index public.idx_leads_org_name is 'Serves the leads of an organization by name.';
CREATE TRIGGER leads_count_changed AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_leads();
CREATE TRIGGER leads_count_created AFTER INSERT ON public.leads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_leads();
CREATE TRIGGER leads_count_deleted AFTER DELETE ON public.leads REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.count_leads();
CREATE TRIGGER leads_count_truncated AFTER TRUNCATE ON public.leads FOR EACH STATEMENT EXECUTE FUNCTION lma.forget_counts('lead');
CREATE TRIGGER leads_forget_campaign_departures AFTER DELETE ON public.leads REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION lma.forget_campaign_departures();
CREATE TRIGGER leads_log_changed AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.log_leads_changed();
CREATE TRIGGER leads_log_created AFTER INSERT ON public.leads REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION lma.log_leads_created();
CREATE TRIGGER leads_log_deleted AFTER DELETE ON public.leads REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION lma.log_leads_deleted();
CREATE TRIGGER leads_touch_updated_at BEFORE UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION lma.touch_changed_lead();
alter table public.leads enable row level security;
alter table public.leads force row level security;
create policy owner on public.leads as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.leads as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.leads as permissive for all to lma_worker using (true) with check (true);
grant delete on public.leads to lma_app;
grant select on public.leads to lma_app;
grant select on public.leads to lma_readonly;
grant insert (assigned_to_id, company, created_at, custom_fields, email, expected_close_date, first_contacted_at, first_name, job_title, last_contacted_at, last_engagement_date, last_name, lead_temperature, linkedin_url, notes, organization_id, phone, score, source, status, tags, updated_at, value, website) on public.leads to lma_app;
grant select (assigned_to_id, company, custom_fields, email, first_name, id, job_title, last_engagement_date, last_name, lead_temperature, linkedin_url, organization_id, phone, score, source, status, tags, website) on public.leads to lma_worker;
grant update (assigned_to_id, company, created_at, custom_fields, email, expected_close_date, first_contacted_at, first_name, job_title, last_contacted_at, last_engagement_date, last_name, lead_temperature, linkedin_url, notes, phone, score, source, status, tags, updated_at, value, website) on public.leads to lma_app;

create table public.organizations (
	id integer not null generated by default as identity,
	name character varying(255) not null,
	slug character varying(100) not null,
	description text,
	website character varying(255),
	industry character varying(100),
	size character varying(50),
	settings jsonb,
	subscription_tier character varying(50) not null default 'free'::character varying,
	billing_email character varying(255),
	is_active boolean not null default true,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint organizations_pkey PRIMARY KEY (id)
);
comment on table public.organizations is 'The tenants. Every other row belongs to one of them.';
comment on index public.organizations_pkey is 'Serves the foreign keys to organizations and their row security.';
CREATE UNIQUE INDEX ix_organizations_slug ON public.organizations USING btree (slug);
comment on index public.ix_organizations_slug is 'Serves lma.use_organization(), which finds the organization of a credential by its slug.';
CREATE INDEX ix_organizations_name ON public.organizations USING btree (name);
comment on index public.ix_organizations_name is 'Serves a platform that finds or lists organizations by name.';
CREATE INDEX ix_organizations_id ON public.organizations USING btree (id);
comment on index public.ix_organizations_id is 'Serves nothing that organizations_pkey does not; kept because the schema document names it.';
CREATE CONSTRAINT TRIGGER organizations_forget_totals AFTER DELETE ON public.organizations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lma.forget_totals();
CREATE TRIGGER organizations_make_event_channel AFTER INSERT ON public.organizations FOR EACH ROW EXECUTE FUNCTION lma.make_event_channel();
CREATE TRIGGER organizations_prepare_totals AFTER INSERT ON public.organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.prepare_totals();
CREATE TRIGGER organizations_touch_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.organizations enable row level security;
alter table public.organizations force row level security;
create policy owner on public.organizations as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.organizations as permissive for all to lma_app, lma_readonly using ((id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.organizations as permissive for all to lma_worker using (true) with check (true);
grant select on public.organizations to lma_app;
grant select on public.organizations to lma_readonly;
grant select (billing_email, id, is_active, name, settings, slug) on public.organizations to lma_worker;

create table public.pipeline_labels (
	organization_id integer not null,
	kind text not null,
	value character varying(50) not null,
	label character varying(100) not null,
	label_key text generated always as (lower((label)::text)) stored,
	position integer not null,
	is_hidden boolean not null default false,
	constraint pipeline_labels_kind_known CHECK ((kind = ANY (ARRAY['status'::text, 'source'::text, 'leadTemperature'::text]))),
	constraint pipeline_labels_label_key UNIQUE (organization_id, kind, label_key),
	constraint pipeline_labels_label_usable CHECK ((((label)::text = btrim((label)::text)) AND ((label)::text <> ''::text) AND ((label)::text !~ '[[:cntrl:]]'::text))),
	constraint pipeline_labels_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint pipeline_labels_pkey PRIMARY KEY (organization_id, kind, value),
	constraint pipeline_labels_position_in_range CHECK ((("position" >= 0) AND ("position" <= 1000)))
);
comment on table public.pipeline_labels is 'What an organization calls the statuses, sources and temperatures of leads, in which order, and which it does not use.';
comment on column public.pipeline_labels.kind is 'The field of a lead: status, source or leadTemperature.';
comment on column public.pipeline_labels.value is 'The value in the column of leads.';
comment on column public.pipeline_labels.is_hidden is 'Lists to choose from leave it out; what has the value keeps it, and it can still be given.';
comment on index public.pipeline_labels_pkey is 'Serves the labels of an organization.';
comment on index public.pipeline_labels_label_key is 'Serves the promise that two values of an organization are not called the same.';
alter table public.pipeline_labels enable row level security;
alter table public.pipeline_labels force row level security;
create policy owner on public.pipeline_labels as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.pipeline_labels as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.pipeline_labels as permissive for all to lma_worker using (true) with check (true);
grant select on public.pipeline_labels to lma_app;
grant select on public.pipeline_labels to lma_readonly;
grant select on public.pipeline_labels to lma_worker;

create table public.scoring_rules (
	id integer not null generated by default as identity,
	organization_id integer not null,
	name character varying(255) not null,
	field character varying(255) not null,
	operator character varying(20) not null,
	value jsonb,
	points integer not null,
	is_active boolean not null default true,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	constraint scoring_rules_name_key UNIQUE (organization_id, name),
	constraint scoring_rules_operator_known CHECK (((operator)::text = ANY ((ARRAY['equals'::character varying, 'notEquals'::character varying, 'contains'::character varying, 'startsWith'::character varying, 'endsWith'::character varying, 'in'::character varying, 'greaterThan'::character varying, 'lessThan'::character varying, 'isSet'::character varying, 'isNotSet'::character varying])::text[]))),
	constraint scoring_rules_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint scoring_rules_pkey PRIMARY KEY (id),
	constraint scoring_rules_points_in_range CHECK (((points >= '-100'::integer) AND (points <= 100))),
	constraint scoring_rules_sizes_in_range CHECK ((octet_length((value)::text) <= 16777216))
);
comment on table public.scoring_rules is 'Points a lead gets for meeting a condition.';
comment on column public.scoring_rules.field is 'A column of leads in camelCase, or customFields.<key>.';
comment on constraint scoring_rules_sizes_in_range on public.scoring_rules is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.scoring_rules_pkey is 'Serves finding a rule by id, and the order in which rules were written.';
comment on index public.scoring_rules_name_key is 'Serves the rules of an organization, and the promise that their names differ.';
CREATE TRIGGER scoring_rules_touch_updated_at BEFORE UPDATE ON public.scoring_rules FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.scoring_rules enable row level security;
alter table public.scoring_rules force row level security;
create policy owner on public.scoring_rules as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.scoring_rules as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.scoring_rules as permissive for all to lma_worker using (true) with check (true);
grant delete on public.scoring_rules to lma_app;
grant select on public.scoring_rules to lma_app;
grant select on public.scoring_rules to lma_readonly;
grant select on public.scoring_rules to lma_worker;
grant insert (created_at, field, is_active, name, operator, organization_id, points, updated_at, value) on public.scoring_rules to lma_app;
grant update (created_at, field, is_active, name, operator, points, updated_at, value) on public.scoring_rules to lma_app;

create table public.suppressions (
	id bigint not null generated by default as identity,
	organization_id integer not null,
	communication_type public.communication_type_enum not null,
	lead_id integer,
	address_key character varying(64),
	reason character varying(50) not null default 'do_not_contact'::character varying,
	source character varying(50) not null default 'person'::character varying,
	user_id integer,
	created_at timestamp with time zone not null default now(),
	constraint suppressions_address_key_is_hash CHECK (((address_key)::text ~ '^[0-9a-f]{64}$'::text)),
	constraint suppressions_lead_same_organization FOREIGN KEY (organization_id, lead_id) REFERENCES public.leads(organization_id, id) ON DELETE CASCADE,
	constraint suppressions_of_lead_or_address CHECK ((num_nonnulls(lead_id, address_key) = 1)),
	constraint suppressions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint suppressions_pkey PRIMARY KEY (id),
	constraint suppressions_reason_known CHECK (((reason)::text = ANY ((ARRAY['address_bounced'::character varying, 'complained'::character varying, 'do_not_contact'::character varying, 'unsubscribed'::character varying])::text[]))),
	constraint suppressions_source_known CHECK (((source)::text = ANY ((ARRAY['bounce'::character varying, 'person'::character varying])::text[]))),
	constraint suppressions_user_same_organization FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id) ON DELETE SET NULL (user_id)
);
comment on table public.suppressions is 'Leads and addresses that must not be contacted, by which type and why.';
comment on column public.suppressions.address_key is 'lma.address_key() of the address: it can be compared, and is not the address.';
alter table public.suppressions alter column organization_id set (n_distinct=2);
comment on index public.suppressions_pkey is 'Serves finding a suppression by id.';
CREATE UNIQUE INDEX idx_suppressions_org_lead ON public.suppressions USING btree (organization_id, lead_id, communication_type, reason) WHERE (lead_id IS NOT NULL);
comment on index public.idx_suppressions_org_lead is 'Serves the suppressions of a lead, that none of them is there twice, and deleting the lead.';
CREATE UNIQUE INDEX idx_suppressions_org_address ON public.suppressions USING btree (organization_id, address_key, communication_type, reason) WHERE (address_key IS NOT NULL);
comment on index public.idx_suppressions_org_address is 'Serves the suppressions of an address, and that none of them is there twice.';
CREATE INDEX idx_suppressions_org_user ON public.suppressions USING btree (organization_id, user_id);
comment on index public.idx_suppressions_org_user is 'Serves deleting a user, or an organization.';
CREATE INDEX idx_suppressions_org_id ON public.suppressions USING btree (organization_id, id);
comment on index public.idx_suppressions_org_id is 'Serves listing the suppressions of an organization page by page, newest first.';
CREATE TRIGGER suppressions_fill_organization BEFORE INSERT ON public.suppressions FOR EACH ROW WHEN ((new.organization_id IS NULL)) EXECUTE FUNCTION lma.fill_organization_from_lead();
CREATE TRIGGER suppressions_log_created AFTER INSERT ON public.suppressions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lma.log_suppressions('lead.suppressed', 'after');
CREATE TRIGGER suppressions_log_deleted AFTER DELETE ON public.suppressions REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION lma.log_suppressions('lead.unsuppressed', 'before');
alter table public.suppressions enable row level security;
alter table public.suppressions force row level security;
create policy owner on public.suppressions as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.suppressions as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.suppressions as permissive for all to lma_worker using (true) with check (true);
grant delete on public.suppressions to lma_app;
grant insert on public.suppressions to lma_worker;
grant select on public.suppressions to lma_app;
grant select on public.suppressions to lma_readonly;
grant select on public.suppressions to lma_worker;
grant insert (address_key, communication_type, lead_id, organization_id, reason, source, user_id) on public.suppressions to lma_app;

create table public.users (
	id integer not null generated by default as identity,
	email character varying(255) not null,
	username character varying(100) not null,
	first_name character varying(100) not null,
	last_name character varying(100) not null,
	hashed_password character varying(255) not null,
	role public.user_role_enum not null default 'SALES_REP'::public.user_role_enum,
	is_active boolean not null default true,
	is_verified boolean not null default false,
	timezone character varying(50) not null default 'UTC'::character varying,
	preferences jsonb not null default '{}'::jsonb,
	avatar_url character varying(500),
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	last_login timestamp with time zone,
	organization_id integer,
	email_key text generated always as (lower((email)::text)) stored,
	constraint users_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id),
	constraint users_organization_id_id_key UNIQUE (organization_id, id),
	constraint users_pkey PRIMARY KEY (id)
);
comment on table public.users is 'The people of an organization: owners of leads, authors of notes. They log in to another program, not to PostgreSQL.';
comment on column public.users.email_key is 'The address in lower case: letter case makes no other user.';
alter table public.users alter column organization_id set (n_distinct=2);
comment on index public.users_pkey is 'Serves joins to the user and finding one by id.';
comment on index public.users_organization_id_id_key is 'Serves the foreign keys that name a user together with the organization, and counting its users.';
CREATE UNIQUE INDEX ix_users_email ON public.users USING btree (email);
comment on index public.ix_users_email is 'Serves the promise that an e-mail address belongs to one user, and logging in by it.';
CREATE UNIQUE INDEX ix_users_username ON public.users USING btree (username);
comment on index public.ix_users_username is 'Serves the promise that a user name belongs to one user, and logging in by it.';
CREATE INDEX ix_users_id ON public.users USING btree (id);
comment on index public.ix_users_id is 'Serves nothing that users_pkey does not; kept because the schema document names it.';
CREATE INDEX idx_users_org_name ON public.users USING btree (organization_id, last_name, first_name, id);
comment on index public.idx_users_org_name is 'Serves the list of an organization''s users by name.';
CREATE INDEX idx_users_org_sales_reps ON public.users USING btree (organization_id, id) WHERE (is_active AND (role = 'SALES_REP'::public.user_role_enum));
comment on index public.idx_users_org_sales_reps is 'Serves the choice among active sales representatives when leads are assigned.';
CREATE UNIQUE INDEX ix_users_email_key ON public.users USING btree (email_key);
comment on index public.ix_users_email_key is 'Serves the promise that an address belongs to one user whatever its letter case, and finding a user by it.';
CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
alter table public.users enable row level security;
alter table public.users force row level security;
create policy owner on public.users as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.users as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.users as permissive for all to lma_worker using (true) with check (true);
grant select (avatar_url, created_at, email, email_key, first_name, id, is_active, is_verified, last_login, last_name, organization_id, preferences, role, timezone, updated_at, username) on public.users to lma_app;
grant select (avatar_url, created_at, email, email_key, first_name, id, is_active, is_verified, last_login, last_name, organization_id, preferences, role, timezone, updated_at, username) on public.users to lma_readonly;
grant select (email, first_name, id, is_active, last_name, organization_id, role, timezone) on public.users to lma_worker;

create table public.workflow_sync_states (
	workflow_id integer not null,
	organization_id integer not null,
	remote_version_id text,
	remote_active_version_id text,
	is_archived boolean not null default false,
	remote_updated_at timestamp with time zone,
	tags jsonb not null default '[]'::jsonb,
	content_hash text,
	last_seen_at timestamp with time zone,
	missing_since timestamp with time zone,
	last_error text,
	registration_id uuid,
	create_started_at timestamp with time zone,
	apply_attempts integer not null default 0,
	apply_after timestamp with time zone,
	last_applied_at timestamp with time zone,
	applied_template_key bigint,
	applied_content jsonb,
	draft_edits jsonb,
	published_edits jsonb,
	edits_in_words text,
	refused_template_key bigint,
	overwrite_requested_at timestamp with time zone,
	is_publication_settled boolean not null default false,
	overruled_at timestamp with time zone,
	claimed_at timestamp with time zone,
	left_out text,
	crossing text,
	is_crossing_published boolean not null default false,
	judged_by text,
	rename_requested_at timestamp with time zone,
	is_publication_heard boolean not null default false,
	constraint workflow_sync_states_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint workflow_sync_states_pkey PRIMARY KEY (workflow_id),
	constraint workflow_sync_states_workflow_same_organization FOREIGN KEY (organization_id, workflow_id) REFERENCES public.workflows(organization_id, id) ON DELETE CASCADE
);
comment on table public.workflow_sync_states is 'What n8n last said about a workflow.';
comment on column public.workflow_sync_states.last_error is 'Why the workflow in n8n is not in the desired state, in words; null when it is.';
comment on column public.workflow_sync_states.registration_id is 'What the ids of its nodes in n8n are derived from; they serve to find it again.';
comment on column public.workflow_sync_states.create_started_at is 'When n8n was asked to create it, committed before the request; null once the outcome is known.';
comment on column public.workflow_sync_states.apply_attempts is 'How many attempts in a row have failed to bring the workflow to the desired state.';
comment on column public.workflow_sync_states.apply_after is 'When the next attempt is due; null means now.';
comment on column public.workflow_sync_states.last_applied_at is 'When the workflow in n8n was last brought to the desired state and read back.';
comment on column public.workflow_sync_states.applied_template_key is 'template_key of the template that was last applied in n8n and read back.';
comment on column public.workflow_sync_states.applied_content is 'What n8n had after the worker last wrote there: names and hashes, from which edits are told.';
comment on column public.workflow_sync_states.draft_edits is 'What people have since changed in n8n: nodes added, removed, renamed, changed; connections; settings; the name. Null when nothing.';
comment on column public.workflow_sync_states.published_edits is 'The same of the published version, which has no name and settings of its own.';
comment on column public.workflow_sync_states.edits_in_words is 'Both, as a sentence.';
comment on column public.workflow_sync_states.refused_template_key is 'template_key of the template that was not applied, because it would have undone edits.';
comment on column public.workflow_sync_states.overwrite_requested_at is 'When it was asked that the template replace the edits; null once that is done.';
comment on column public.workflow_sync_states.is_publication_settled is 'Whether n8n has been in the desired publication state since that was last asked for: what differs from then on was done there by hand.';
comment on column public.workflow_sync_states.overruled_at is 'When it was found to have been published or unpublished in n8n against the desired state; left alone until that is asked for again.';
comment on column public.workflow_sync_states.claimed_at is 'When it was last registered, until a scan has seen it in n8n: if it turns out to be missing, it is created again.';
comment on column public.workflow_sync_states.left_out is 'Which settings of the template n8n did not take, as a sentence; null when it took all of them.';
comment on column public.workflow_sync_states.crossing is 'What it uses in n8n that is of another organization or unknown, in words; null when there is nothing.';
comment on column public.workflow_sync_states.is_crossing_published is 'Whether the published version does.';
comment on column public.workflow_sync_states.judged_by is 'Which credentials and neighbours the organization had in n8n when crossing was found; when they change, it is looked for again.';
comment on column public.workflow_sync_states.rename_requested_at is 'When it got another registered name, until the workflow in n8n has that, too.';
comment on column public.workflow_sync_states.is_publication_heard is 'Whether the worker has begun to look at n8n since the publication state was last asked for: only then it may be settled.';
comment on index public.workflow_sync_states_pkey is 'Serves the state of a workflow, and its deletion.';
CREATE INDEX ix_workflow_sync_states_organization_id ON public.workflow_sync_states USING btree (organization_id, workflow_id);
comment on index public.ix_workflow_sync_states_organization_id is 'Serves deleting an organization.';
alter table public.workflow_sync_states enable row level security;
alter table public.workflow_sync_states force row level security;
create policy owner on public.workflow_sync_states as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.workflow_sync_states as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.workflow_sync_states as permissive for all to lma_worker using (true) with check (true);
grant insert on public.workflow_sync_states to lma_worker;
grant select on public.workflow_sync_states to lma_app;
grant select on public.workflow_sync_states to lma_readonly;
grant select on public.workflow_sync_states to lma_worker;
grant update on public.workflow_sync_states to lma_worker;

create table public.workflows (
	id integer not null generated by default as identity,
	organization_id integer not null,
	n8n_workflow_id character varying(255) not null,
	name character varying(255) not null,
	description text,
	category character varying(100),
	trigger_type character varying(100),
	trigger_conditions jsonb not null default '{}'::jsonb,
	configuration jsonb not null default '{}'::jsonb,
	is_active boolean not null default true,
	created_by integer,
	created_at timestamp with time zone not null default now(),
	updated_at timestamp with time zone not null default now(),
	integration_id integer,
	registered_name character varying(255),
	desired_active boolean generated always as (
CASE (configuration #> '{desired,active}'::text[])
    WHEN 'true'::jsonb THEN true
    WHEN 'false'::jsonb THEN false
    ELSE NULL::boolean
END) stored,
	template_key bigint generated always as (hashtextextended(((configuration -> 'template'::text))::text, (0)::bigint)) stored,
	constraint workflows_created_by_same_organization FOREIGN KEY (organization_id, created_by) REFERENCES public.users(organization_id, id),
	constraint workflows_integration_same_organization FOREIGN KEY (organization_id, integration_id) REFERENCES public.integrations(organization_id, id),
	constraint workflows_n8n_workflow_id_key UNIQUE NULLS NOT DISTINCT (organization_id, integration_id, n8n_workflow_id),
	constraint workflows_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
	constraint workflows_pkey PRIMARY KEY (id),
	constraint workflows_sizes_in_range CHECK (((octet_length(description) <= 16777216) AND (octet_length((trigger_conditions)::text) <= 16777216) AND (octet_length((configuration)::text) <= 16777216)))
);
comment on table public.workflows is 'n8n workflows, registered here or found there.';
comment on column public.workflows.integration_id is 'The n8n instance it lives in. Workflow ids are unique within one instance only.';
comment on column public.workflows.registered_name is 'The name it was registered under. It stays when the workflow is renamed in n8n.';
comment on column public.workflows.desired_active is 'Whether it should be published in n8n; null when that is left to n8n.';
comment on column public.workflows.template_key is 'Tells one template from another; null when it has none.';
comment on constraint workflows_sizes_in_range on public.workflows is 'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index public.workflows_pkey is 'Serves finding a workflow by id.';
CREATE INDEX idx_workflows_org_active ON public.workflows USING btree (organization_id, is_active) WHERE is_active;
comment on index public.idx_workflows_org_active is 'Serves the active workflows of an organization.';
CREATE INDEX ix_workflows_created_by ON public.workflows USING btree (created_by);
comment on index public.ix_workflows_created_by is 'Serves deleting a user who created workflows.';
comment on index public.workflows_n8n_workflow_id_key is 'Serves finding the workflow of an n8n instance by its id in n8n, and the promise that it is stored only once.';
CREATE UNIQUE INDEX ix_workflows_organization_id ON public.workflows USING btree (organization_id, id);
comment on index public.ix_workflows_organization_id is 'Serves the newest workflows of an organization, and counting them.';
CREATE INDEX idx_workflows_org_trigger_type ON public.workflows USING btree (organization_id, trigger_type);
comment on index public.idx_workflows_org_trigger_type is 'Serves the workflows of an organization with one kind of trigger.';
CREATE INDEX idx_workflows_org_category ON public.workflows USING btree (organization_id, category);
comment on index public.idx_workflows_org_category is 'Serves the workflows of an organization in one category.';
CREATE UNIQUE INDEX idx_workflows_org_registered ON public.workflows USING btree (organization_id, integration_id, registered_name) NULLS NOT DISTINCT WHERE (registered_name IS NOT NULL);
comment on index public.idx_workflows_org_registered is 'Serves registering a workflow again by its name, and the promise that it is registered only once.';
CREATE INDEX idx_workflows_org_desired ON public.workflows USING btree (organization_id, integration_id, id) WHERE (desired_active IS NOT NULL);
comment on index public.idx_workflows_org_desired is 'Serves the workflows of an n8n instance that have a desired state.';
CREATE TRIGGER workflows_registration_changed AFTER UPDATE ON public.workflows REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.workflows_registration_changed();
CREATE TRIGGER workflows_touch_updated_at BEFORE UPDATE ON public.workflows FOR EACH ROW EXECUTE FUNCTION lma.touch_updated_at();
CREATE TRIGGER workflows_want_sync_inserted AFTER INSERT ON public.workflows REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.workflows_want_sync();
CREATE TRIGGER workflows_want_sync_updated AFTER UPDATE ON public.workflows REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION lma.workflows_want_sync();
alter table public.workflows enable row level security;
alter table public.workflows force row level security;
create policy owner on public.workflows as permissive for all to lma_owner using (true) with check (true);
create policy tenant on public.workflows as permissive for all to lma_app, lma_readonly using ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id))) with check ((organization_id = ( SELECT lma.current_organization_id() AS current_organization_id)));
create policy worker on public.workflows as permissive for all to lma_worker using (true) with check (true);
grant delete on public.workflows to lma_app;
grant delete on public.workflows to lma_worker;
grant insert on public.workflows to lma_worker;
grant select on public.workflows to lma_app;
grant select on public.workflows to lma_readonly;
grant select on public.workflows to lma_worker;
grant update on public.workflows to lma_worker;
grant insert (category, configuration, created_at, created_by, description, integration_id, is_active, n8n_workflow_id, name, organization_id, registered_name, trigger_conditions, trigger_type, updated_at) on public.workflows to lma_app;
grant update (category, configuration, created_at, created_by, description, integration_id, is_active, n8n_workflow_id, name, registered_name, trigger_conditions, trigger_type, updated_at) on public.workflows to lma_app;

create view public.v_lead_summary with (security_invoker=true) as
SELECT l.id,
    l.email,
    l.first_name,
    l.last_name,
    l.company,
    l.score,
    l.status,
    l.lead_temperature,
    l.created_at,
    o.name AS organization_name,
    o.subscription_tier,
    u.first_name AS assigned_first_name,
    u.last_name AS assigned_last_name,
    ( SELECT count(*) AS count
           FROM public.communications c
          WHERE ((c.organization_id = l.organization_id) AND (c.lead_id = l.id))) AS communication_count,
    ( SELECT count(*) AS count
           FROM public.lead_notes n
          WHERE ((n.organization_id = l.organization_id) AND (n.lead_id = l.id))) AS note_count,
    ( SELECT max(c.created_at) AS max
           FROM public.communications c
          WHERE ((c.organization_id = l.organization_id) AND (c.lead_id = l.id))) AS last_communication_date,
    l.organization_id
   FROM ((public.leads l
     JOIN public.organizations o ON ((o.id = l.organization_id)))
     LEFT JOIN public.users u ON ((u.id = l.assigned_to_id)));
comment on view public.v_lead_summary is 'Leads with their owner and the counts of their communications and notes.';
grant select on public.v_lead_summary to lma_app;
grant select on public.v_lead_summary to lma_readonly;

create view public.v_organization_metrics with (security_invoker=true) as
SELECT o.id,
    o.name,
    o.subscription_tier,
    t.leads AS total_leads,
    ( SELECT count(*) AS count
           FROM public.users u
          WHERE (u.organization_id = o.id)) AS total_users,
    (t.score_sum / (NULLIF(t.leads, 0))::numeric) AS avg_lead_score,
    t.qualified AS qualified_leads,
    t.won AS won_leads,
    t.communications AS total_communications,
    ( SELECT count(*) AS count
           FROM public.workflows w
          WHERE (w.organization_id = o.id)) AS total_workflows,
    o.id AS organization_id
   FROM (public.organizations o
     CROSS JOIN LATERAL ( SELECT (COALESCE(sum(part.leads), (0)::numeric))::bigint AS leads,
            sum(part.score_sum) AS score_sum,
            (COALESCE(sum(part.qualified), (0)::numeric))::bigint AS qualified,
            (COALESCE(sum(part.won), (0)::numeric))::bigint AS won,
            (COALESCE(sum(part.communications), (0)::numeric))::bigint AS communications
           FROM ( SELECT lead_totals.leads,
                    lead_totals.score_sum,
                    lead_totals.qualified,
                    lead_totals.won,
                    NULL::bigint AS communications
                   FROM lma.lead_totals
                  WHERE (lead_totals.organization_id = o.id)
                UNION ALL
                 SELECT lead_total_deltas.leads,
                    lead_total_deltas.score_sum,
                    lead_total_deltas.qualified,
                    lead_total_deltas.won,
                    NULL::bigint
                   FROM lma.lead_total_deltas
                  WHERE (lead_total_deltas.organization_id = o.id)
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    communication_totals.communications
                   FROM lma.communication_totals
                  WHERE (communication_totals.organization_id = o.id)
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    communication_total_deltas.communications
                   FROM lma.communication_total_deltas
                  WHERE (communication_total_deltas.organization_id = o.id)) part) t);
comment on view public.v_organization_metrics is 'Totals of an organization.';
grant select on public.v_organization_metrics to lma_app;
grant select on public.v_organization_metrics to lma_readonly;

create view public.v_user_productivity with (security_invoker=true) as
SELECT u.id,
    u.first_name,
    u.last_name,
    u.email,
    u.role,
    o.name AS organization_name,
    t.leads AS assigned_leads,
    t.communications AS total_communications,
    t.notes AS total_notes,
    (t.score_sum / (NULLIF(t.leads, 0))::numeric) AS avg_lead_score,
    t.won AS won_leads,
    u.organization_id
   FROM ((public.users u
     JOIN public.organizations o ON ((o.id = u.organization_id)))
     CROSS JOIN LATERAL ( SELECT (COALESCE(sum(part.leads), (0)::numeric))::bigint AS leads,
            sum(part.score_sum) AS score_sum,
            (COALESCE(sum(part.won), (0)::numeric))::bigint AS won,
            (COALESCE(sum(part.communications), (0)::numeric))::bigint AS communications,
            (COALESCE(sum(part.notes), (0)::numeric))::bigint AS notes
           FROM ( SELECT lead_totals.leads,
                    lead_totals.score_sum,
                    lead_totals.won,
                    NULL::bigint AS communications,
                    NULL::bigint AS notes
                   FROM lma.lead_totals
                  WHERE ((lead_totals.organization_id = u.organization_id) AND (lead_totals.user_id = u.id))
                UNION ALL
                 SELECT lead_total_deltas.leads,
                    lead_total_deltas.score_sum,
                    lead_total_deltas.won,
                    NULL::bigint,
                    NULL::bigint
                   FROM lma.lead_total_deltas
                  WHERE ((lead_total_deltas.organization_id = u.organization_id) AND (lead_total_deltas.user_id = u.id))
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    communication_totals.communications,
                    NULL::bigint
                   FROM lma.communication_totals
                  WHERE ((communication_totals.organization_id = u.organization_id) AND (communication_totals.user_id = u.id))
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    communication_total_deltas.communications,
                    NULL::bigint
                   FROM lma.communication_total_deltas
                  WHERE ((communication_total_deltas.organization_id = u.organization_id) AND (communication_total_deltas.user_id = u.id))
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    note_totals.notes
                   FROM lma.note_totals
                  WHERE ((note_totals.organization_id = u.organization_id) AND (note_totals.user_id = u.id))
                UNION ALL
                 SELECT NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    NULL::bigint,
                    note_total_deltas.notes
                   FROM lma.note_total_deltas
                  WHERE ((note_total_deltas.organization_id = u.organization_id) AND (note_total_deltas.user_id = u.id))) part) t);
comment on view public.v_user_productivity is 'The workload and results of a user.';
grant select on public.v_user_productivity to lma_app;
grant select on public.v_user_productivity to lma_readonly;

create sequence lma.event_clock_cluster as bigint increment 1 minvalue -9223372036854775808 maxvalue 9223372036854775807 start 0 cache 1;

create sequence lma.event_clock_shift as bigint increment 1 minvalue 0 maxvalue 9223372036854775807 start 0 cache 1;

CREATE OR REPLACE FUNCTION lma.acknowledge_events(subscription text, claim_epoch bigint, done_transaction xid8, done_id bigint)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	organization integer := lma.current_organization_id();
	own lma.event_subscriptions;
begin
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = organization
		and s.name = subscription
	for update;
	case
		when own.name is null then
			return 'unknown';
		when own.epoch <> claim_epoch then
			return 'lost';
		when (done_transaction, done_id) = (own.cursor_transaction, own.cursor_id) then
			return 'moved';
		when own.claimed_id is null
			or (done_transaction, done_id) < (own.cursor_transaction, own.cursor_id)
			or (done_transaction, done_id) > (own.claimed_transaction, own.claimed_id) then
			return 'outside';
		else
			update lma.event_subscriptions s
			set cursor_transaction = done_transaction,
				cursor_id = done_id,
				claimed_transaction = case when not at_end then s.claimed_transaction end,
				claimed_id = case when not at_end then s.claimed_id end,
				lease_owner = case when not at_end then s.lease_owner end,
				lease_until = case when not at_end then s.lease_until end,
				moved_at = now(),
				last_error = null,
				updated_at = now()
			from (select (done_transaction, done_id) = (own.claimed_transaction, own.claimed_id) as at_end) position
			where s.organization_id = organization
				and s.name = subscription;
			return 'moved';
	end case;
end
$function$;
comment on function lma.acknowledge_events(text,bigint,xid8,bigint) is 'Moves the cursor of a subscription past what was handled.';
grant execute on routine lma.acknowledge_events(text,bigint,xid8,bigint) to lma_app;

CREATE OR REPLACE FUNCTION lma.activity_parts(before timestamp with time zone)
 RETURNS SETOF regclass
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select c.oid::regclass
	from pg_class c
	where (
			exists (
				select
				from pg_inherits i
				where i.inhparent = 'public.activity_logs'::regclass
					and i.inhrelid = c.oid
			)
			or c.relnamespace = 'lma_archive'::regnamespace and c.relkind = 'r'
		)
		and (c.relname !~ '^activity_logs_\d{4}_\d\d$'
			or to_date(right(c.relname, 7), 'YYYY_MM') < (before at time zone 'UTC')::date)
	order by c.relname
$function$;

CREATE OR REPLACE FUNCTION lma.actor_id()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ select lma.id_setting('lma.actor_id') $function$;
comment on function lma.actor_id() is 'The acting user, as recorded by lma.use_organization().';
grant execute on routine lma.actor_id() to lma_app;
grant execute on routine lma.actor_id() to lma_worker;

CREATE OR REPLACE FUNCTION lma.address_key(organization integer, type public.communication_type_enum, email text, phone text, linkedin_url text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select encode(sha256(convert_to(concat_ws(':', organization, a.kind, a.address), 'UTF8')), 'hex')
	from (
		select
			case type when 'email' then 'email' when 'linkedin' then 'linkedin' else 'phone' end as kind,
			nullif(case type
				when 'email' then case
					when email ~ '@[^@]*[^\x01-\x7f][^@]*$' then
						regexp_replace(lower(btrim(email)), '[^@]*$', '') || lma.ascii_domain(substring(lower(btrim(email)) from '[^@]*$'))
					else lower(btrim(email))
				end
				when 'linkedin' then regexp_replace(
					lower(btrim(linkedin_url)), '^(https?://)?([a-z]{2,3}\.)?|/*([?#].*)?$', '', 'g')
				when 'meeting' then null
				else regexp_replace(regexp_replace(phone, '\D', '', 'g'), '^00', '')
			end, '') as address
	) a
	where a.address is not null
$function$;
comment on function lma.address_key(integer,public.communication_type_enum,text,text,text) is 'Under what an address stands in suppressions: a hash, of which nobody can read the address.';
grant execute on routine lma.address_key(integer,public.communication_type_enum,text,text,text) to lma_worker;

CREATE OR REPLACE FUNCTION lma.analyze_after_load()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	loaded regclass;
begin
	for loaded in
		select c.oid
		from pg_class c
		where c.oid in (
				select unnest('{public.leads,public.lead_notes,public.communications,public.campaign_leads}'::regclass[])
				union all
				select inhrelid
				from pg_inherits
				where inhparent = 'public.activity_logs'::regclass
			)
			and (
				lma.has_grown(c.oid, 0.02)
				or pg_stat_get_mod_since_analyze(c.oid) > greatest(10000, 0.02 * c.reltuples)
			)
	loop
		execute format('analyze (skip_locked) %s', loaded);
	end loop;
end
$function$;
comment on function lma.analyze_after_load() is 'Analyzes the tables that a bulk load has changed a lot; to be called at the end of the load.';
grant execute on routine lma.analyze_after_load() to lma_app;
grant execute on routine lma.analyze_after_load() to lma_worker;

CREATE OR REPLACE FUNCTION lma.analyze_once(analyzed regclass)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.has_grown(analyzed, 0.2) then
		execute format(
			'analyze (skip_locked) %s (%s)',
			analyzed,
			(
				select string_agg(distinct quote_ident(a.attname), ', ')
				from pg_index i
				cross join unnest(i.indkey::int2[]) as indexed
				join pg_attribute a on a.attrelid = i.indrelid and a.attnum = indexed
				where i.indrelid = analyzed
			));
	end if;
end
$function$;
comment on function lma.analyze_once(regclass) is 'Analyzes a table at its first bulk write, and each time it has grown by a fifth; for triggers.';

CREATE OR REPLACE FUNCTION lma.apply_retention(organization integer, row_limit integer, OUT removed bigint, OUT more boolean)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare
	kept_settings jsonb := (select o.settings from public.organizations o where o.id = organization);
	months integer := lma.retention_setting(kept_settings, 'activityMonths', 1200);
	days integer := lma.retention_setting(kept_settings, 'attemptDays', 36500);
	events_before timestamptz := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => months))
		at time zone 'UTC';
	attempts_before timestamptz := now() - make_interval(days => days);
	read_transaction xid8;
	read_id bigint;
	part regclass;
begin
	select s.cursor_transaction, s.cursor_id
	into read_transaction, read_id
	from lma.event_subscriptions s
	where s.organization_id = organization
		and not lma.is_stale(s.moved_at)
	order by s.cursor_transaction, s.cursor_id
	limit 1;
	more := true;
	update lma.partition_policy
	set running_until = now() + interval '5 minutes';
	if months is not null then
		for part in select lma.activity_parts(events_before) loop
			execute format(
				'delete from %1$s
				where ctid = any(array(
					select a.ctid
					from %1$s a
					where a.organization_id = $1
						and a.created_at < $2
						and ($3 is null or (a.transaction_id, a.id) <= ($3, $4))
					order by a.transaction_id, a.id
					limit $5
				))', part)
			using organization, events_before, read_transaction, read_id, row_limit;
			get diagnostics removed = row_count;
			if removed > 0 then
				insert into lma.retention_log (organization_id, subject, detail, row_count)
				values (organization, 'activity', format('%s, before %s', part, events_before::date), removed);
				return;
			end if;
		end loop;
	end if;
	if days is not null then
		delete from public.communication_attempts
		where ctid = any(array(
			select a.ctid
			from public.communication_attempts a
			where a.organization_id = organization
				and a.claimed_at < attempts_before
				-- Tries of what is still to be sent count.
				and exists (
					select
					from public.communications c
					where c.id = a.communication_id
						and c.status <> 'scheduled'
				)
			order by a.claimed_at
			limit row_limit
		));
		get diagnostics removed = row_count;
		if removed > 0 then
			insert into lma.retention_log (organization_id, subject, detail, row_count)
			values (organization, 'attempts', format('before %s', attempts_before), removed);
			return;
		end if;
	end if;
	removed := 0;
	more := false;
end
$function$;
comment on function lma.apply_retention(integer,integer) is 'Removes one batch of what the settings of an organization no longer keep.';
grant execute on routine lma.apply_retention(integer,integer) to lma_worker;

CREATE OR REPLACE FUNCTION lma.ascii_domain(domain text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	label text;
	labels text[] := '{}';
	points integer[];
	n integer;
	delta integer;
	bias integer;
	handled integer;
	basic integer;
	q integer;
	k integer;
	t integer;
	point integer;
	next_point integer;
	encoded text;
begin
	foreach label in array string_to_array(domain, '.') loop
		if label ~ '^[\x01-\x7f]*$' then
			labels := labels || label;
			continue;
		end if;
		points := array(select ascii(c) from regexp_split_to_table(label, '') with ordinality as l(c, place) order by place);
		encoded := regexp_replace(label, '[^\x01-\x7f]', '', 'g');
		basic := length(encoded);
		handled := basic;
		if basic > 0 then
			encoded := encoded || '-';
		end if;
		n := 128;
		delta := 0;
		bias := 72;
		while handled < cardinality(points) loop
			next_point := (select min(p) from unnest(points) as p where p >= n);
			delta := delta + (next_point - n) * (handled + 1);
			n := next_point;
			foreach point in array points loop
				if point < n then
					delta := delta + 1;
				elsif point = n then
					q := delta;
					k := 36;
					loop
						t := greatest(1, least(26, k - bias));
						exit when q < t;
						encoded := encoded || substr('abcdefghijklmnopqrstuvwxyz0123456789', t + (q - t) % (36 - t) + 1, 1);
						q := (q - t) / (36 - t);
						k := k + 36;
					end loop;
					encoded := encoded || substr('abcdefghijklmnopqrstuvwxyz0123456789', q + 1, 1);
					-- How far the bias has to follow: section 6.1.
					delta := case when handled = basic then delta / 700 else delta / 2 end;
					delta := delta + delta / (handled + 1);
					k := 0;
					while delta > 455 loop
						delta := delta / 35;
						k := k + 36;
					end loop;
					bias := k + 36 * delta / (delta + 38);
					delta := 0;
					handled := handled + 1;
				end if;
			end loop;
			delta := delta + 1;
			n := n + 1;
		end loop;
		labels := labels || ('xn--' || encoded);
	end loop;
	return array_to_string(labels, '.');
end
$function$;
comment on function lma.ascii_domain(text) is 'A domain as mail servers write it, in letters of ASCII.';
grant execute on routine lma.ascii_domain(text) to lma_app;
grant execute on routine lma.ascii_domain(text) to lma_readonly;
grant execute on routine lma.ascii_domain(text) to lma_worker;

CREATE OR REPLACE FUNCTION lma.begin_retention()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into lma.partition_policy (only_row, started_at, running_until)
	values (true, now(), now() + interval '5 minutes')
	on conflict (only_row) do update
	set started_at = excluded.started_at,
		running_until = excluded.running_until
	where coalesce(partition_policy.finished_at < now() - interval '23 hours', true)
		and coalesce(partition_policy.running_until < now(), true);
	return found;
end
$function$;
comment on function lma.begin_retention() is 'Starts a run of retention, unless one is under way.';
grant execute on routine lma.begin_retention() to lma_worker;

CREATE OR REPLACE FUNCTION lma.carry_suppressions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	with carried as materialized (
		select m.lead_id as old_lead_id, e.survivor_id, s.*
		from merged m
		join lma.lead_merges e on e.organization_id = m.organization_id and e.id = m.merge_id
		join public.suppressions s on s.organization_id = m.organization_id and s.lead_id = m.lead_id
	), added as (
		insert into public.suppressions (organization_id, communication_type, lead_id, reason, source, user_id, created_at)
		select distinct on (survivor_id, communication_type, reason)
			organization_id, communication_type, survivor_id, reason, source, user_id, created_at
		from carried
		order by survivor_id, communication_type, reason, created_at
		on conflict do nothing
		returning id, lead_id, communication_type, reason
	)
	update lma.merged_leads m
	set suppressions = g.suppressions
	from (
		select c.organization_id, c.old_lead_id, jsonb_agg(jsonb_build_object(
			'communication_type', c.communication_type, 'reason', c.reason, 'source', c.source, 'user_id', c.user_id,
			'created_at', c.created_at, 'added_id', a.id)) as suppressions
		from carried c
		left join added a
			on a.lead_id = c.survivor_id and a.communication_type = c.communication_type and a.reason = c.reason
		group by c.organization_id, c.old_lead_id
	) g
	where m.organization_id = g.organization_id
		and m.lead_id = g.old_lead_id;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.changed_values(of_row jsonb, other_row jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select coalesce(jsonb_object_agg(key, value), '{}')
	from jsonb_each(of_row)
	where value is distinct from other_row -> key
$function$;

CREATE OR REPLACE FUNCTION lma.claim_events(subscription text, reader text, lease_seconds double precision, row_limit integer, scan_limit integer, OUT outcome text, OUT epoch bigint, OUT events jsonb, OUT cursor_transaction xid8, OUT cursor_id bigint, OUT more boolean)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
#variable_conflict use_variable
declare
	organization integer := lma.current_organization_id();
	own lma.event_subscriptions;
	horizon xid8;
	needs_lead boolean;
	-- Nothing matches up to here.
	passed_transaction xid8;
	passed_id bigint;
	taken integer := 0;
	scanned integer := 0;
	size integer := row_limit;
	part record;
begin
	-- With a snapshot from before, events below the horizon could be out of sight.
	if current_setting('transaction_isolation') <> 'read committed' then
		raise exception using
			errcode = 'invalid_transaction_state',
			message = 'Events can only be claimed in a read committed transaction';
	end if;
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = organization
		and s.name = subscription
	for update skip locked;
	if own.name is null then
		outcome := case
			when exists (
				select
				from lma.event_subscriptions s
				where s.organization_id = organization
					and s.name = subscription
			) then 'held'
			else 'unknown'
		end;
		return;
	end if;
	if own.lease_until > clock_timestamp() and own.lease_owner <> reader then
		outcome := 'held';
		return;
	end if;

	horizon := lma.event_horizon();
	if own.cursor_transaction > lma.event_ceiling() then
		perform lma.rebase_events(ahead => true);
		horizon := lma.event_horizon();
	end if;
	needs_lead := own.filter ?| array['temperatures', 'statuses', 'minScore', 'ownerIds', 'campaignIds'];
	outcome := 'claimed';
	events := '[]';
	more := false;
	cursor_transaction := own.cursor_transaction;
	cursor_id := own.cursor_id;
	passed_transaction := own.cursor_transaction;
	passed_id := own.cursor_id;
	loop
		with scanned as materialized (
			select *
			from lma.scan_events(organization, cursor_transaction, cursor_id, horizon, size) with ordinality
		), matched as materialized (
			select e.*, row_number() over (order by e.ordinality) as nth
			from scanned e
			-- Looked up one by one, and only when asked for: a join could read all leads.
			left join lateral (
				select l.id, l.lead_temperature, l.status, l.score, l.assigned_to_id
				from public.leads l
				where needs_lead
					and l.id = e.lead_id
				offset 0
			) l on true
			cross join lateral (select e.activity_metadata -> 'after' as after) v
			where e.activity_type = any(own.event_types)
				-- An event's own values count where it has them, else the lead's of now.
				and (own.filter = '{}' or (
					(not own.filter ? 'temperatures' or
						own.filter -> 'temperatures' ? coalesce(v.after ->> 'lead_temperature', l.lead_temperature::text))
					and (not own.filter ? 'statuses' or
						own.filter -> 'statuses' ?
							coalesce(case when e.activity_type like 'lead.%' then v.after ->> 'status' end, l.status::text))
					and (not own.filter ? 'minScore' or
						coalesce((v.after ->> 'score')::integer, l.score) >= (own.filter ->> 'minScore')::integer)
					and (not own.filter ? 'ownerIds' or
						own.filter -> 'ownerIds' @> coalesce(v.after -> 'assigned_to_id', to_jsonb(l.assigned_to_id), 'null'))
					and (not own.filter ? 'communicationTypes' or e.activity_type not like 'communication.%' or
						own.filter -> 'communicationTypes' ? (v.after ->> 'communication_type'))
					and (not own.filter ? 'campaignIds' or
						case
							when e.campaign_id is not null then own.filter -> 'campaignIds' @> to_jsonb(e.campaign_id)
							else exists (
								select
								from public.campaign_leads m
								where m.lead_id = l.id
									and own.filter -> 'campaignIds' @> to_jsonb(m.campaign_id)
							)
						end)
				))
		), taken as materialized (
			select *
			from matched
			where nth <= row_limit - taken
		)
		select
			s.count as scanned, last_scanned.transaction_id as scanned_transaction, last_scanned.id as scanned_id,
			t.count as taken, last_taken.transaction_id as taken_transaction, last_taken.id as taken_id,
			passed.transaction_id as passed_transaction, passed.id as passed_id,
			(select count(*) from matched) as matched, t.events
		from (select count(*) as count from scanned) s
		cross join (
			select
				count(*) as count, min(e.ordinality) as first, max(e.ordinality) as last,
				jsonb_agg(
					jsonb_build_object(
						'transactionId', e.transaction_id::text, 'id', e.id, 'organizationId', e.organization_id,
						'type', e.activity_type, 'leadId', e.lead_id, 'userId', e.user_id,
						'communicationId', e.communication_id, 'campaignId', e.campaign_id, 'metadata', e.activity_metadata,
						'n8nWorkflowId', e.n8n_workflow_id, 'n8nExecutionId', e.n8n_execution_id,
						'occurredAt', to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
					order by e.ordinality
				) as events
			from taken e
		) t
		left join scanned last_scanned on last_scanned.ordinality = s.count
		left join scanned last_taken on last_taken.ordinality = t.last
		left join scanned passed on passed.ordinality = t.first - 1
		into part;
		exit when part.scanned = 0;
		if taken = 0 and part.taken = 0 then
			passed_transaction := part.scanned_transaction;
			passed_id := part.scanned_id;
		elsif taken = 0 and part.passed_id is not null then
			passed_transaction := part.passed_transaction;
			passed_id := part.passed_id;
		end if;
		taken := taken + part.taken;
		scanned := scanned + part.scanned;
		events := events || coalesce(part.events, '[]');
		more := part.matched > part.taken or part.scanned = size;
		-- What follows the last event and does not match is done with when that is.
		if part.matched > part.taken then
			cursor_transaction := part.taken_transaction;
			cursor_id := part.taken_id;
		else
			cursor_transaction := part.scanned_transaction;
			cursor_id := part.scanned_id;
		end if;
		exit when not more or taken = row_limit or scanned >= scan_limit;
		-- Few match: look further at a time.
		size := least(size * 4, scan_limit - scanned);
	end loop;

	epoch := own.epoch;
	if scanned = 0 then
		more := exists (
			select
			from public.activity_logs a
			where a.organization_id = organization
				and a.transaction_id >= (select lma.event_ceiling())
		);
		if more then
			perform lma.rebase_events(ahead => true);
		elsif own.lease_owner is null then
			-- Readers with nothing to do write nothing.
			return;
		end if;
	end if;
	update lma.event_subscriptions s
	set epoch = s.epoch + 1,
		lease_owner = case when taken > 0 then reader end,
		lease_until = case when taken > 0 then clock_timestamp() + make_interval(secs => lease_seconds) end,
		cursor_transaction = passed_transaction,
		cursor_id = passed_id,
		claimed_transaction = case when taken > 0 then claim_events.cursor_transaction end,
		claimed_id = case when taken > 0 then claim_events.cursor_id end,
		delivered = s.delivered + taken,
		moved_at = case
			when (s.cursor_transaction, s.cursor_id) = (passed_transaction, passed_id) then s.moved_at
			else now()
		end,
		updated_at = now()
	where s.organization_id = organization
		and s.name = subscription
	returning s.epoch into epoch;
end
$function$;
comment on function lma.claim_events(text,text,double precision,integer,integer) is 'Takes the next events of a subscription under a lease, in the order of their commits.';
grant execute on routine lma.claim_events(text,text,double precision,integer,integer) to lma_app;

CREATE OR REPLACE FUNCTION lma.claim_totals_check()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	claimed integer;
begin
	perform set_config('lma.keeps_totals', 'on', true);
	insert into lma.totals_checks (organization_id)
	select o.id
	from public.organizations o
	where not exists (select from lma.totals_checks c where c.organization_id = o.id)
	on conflict do nothing;
	perform set_config('lma.keeps_totals', '', true);

	update lma.totals_checks c
	set claimed_at = now()
	from (
		select organization_id
		from lma.totals_checks
		where claimed_at is null
			or claimed_at < (date_trunc('day', now() at time zone 'UTC' - interval '3 hours') + interval '3 hours')
				at time zone 'UTC'
			or (claimed_at < now() - interval '1 hour' and (drift <> 0 or checked_at is null or checked_at < claimed_at))
		order by claimed_at nulls first, organization_id
		limit 1
		for update skip locked
	) due
	where c.organization_id = due.organization_id
	returning c.organization_id
	into claimed;
	return claimed;
end
$function$;
comment on function lma.claim_totals_check() is 'The next organization whose totals should be compared with its rows.';
grant execute on routine lma.claim_totals_check() to lma_worker;

CREATE OR REPLACE FUNCTION lma.close_subscription(subscription text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	delete from lma.event_subscriptions s
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription;
	return found;
end
$function$;
comment on function lma.close_subscription(text) is 'Removes a subscription.';
grant execute on routine lma.close_subscription(text) to lma_app;

CREATE OR REPLACE FUNCTION lma.contact_columns()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select array['first_contacted_at', 'last_contacted_at', 'last_engagement_date']
$function$;
comment on function lma.contact_columns() is 'Columns of a lead that communications bring up to date.';

CREATE OR REPLACE FUNCTION lma.contact_dates(tenant integer, lead_ids integer[])
 RETURNS TABLE(lead_id integer, first_contact timestamp with time zone, last_contact timestamp with time zone, engagement timestamp with time zone)
 LANGUAGE sql
 STABLE ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select c.lead_id,
		min(coalesce(c.completed_at, c.created_at)) filter (where c.direction = 'outbound'),
		max(coalesce(c.completed_at, c.created_at)) filter (where c.direction = 'outbound'),
		max(coalesce(c.completed_at, c.created_at)) filter (where c.direction = 'inbound')
	from public.communications c
	where c.organization_id = tenant
		and c.lead_id = any(lead_ids)
		and c.status = 'completed'
	group by c.lead_id
$function$;
comment on function lma.contact_dates(integer,integer[]) is 'Contact dates of leads, according to their communications.';

CREATE OR REPLACE FUNCTION lma.count_as_identity(counted regclass, counting name)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	old regclass;
	place text;
	next bigint;
	step bigint;
	granted text[];
	wanted text;
begin
	-- The sequence that counts this column, and no other.
	select s.oid into old
	from pg_attribute a
	join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
	join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
	join pg_class s on s.oid = p.refobjid and s.relkind = 'S'
	where a.attrelid = counted
		and a.attname = counting
		and a.attnotnull
		and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
		and pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\('
		and not exists (
			select
			from pg_depend other
			where other.refclassid = 'pg_class'::regclass
				and other.refobjid = s.oid
				and other.classid = 'pg_attrdef'::regclass
				and other.objid <> d.oid);
	if old is null then
		return;
	end if;
	execute format('lock table %s in access exclusive mode', counted);
	select format('%I.%I', n.nspname, c.relname) into strict place
	from pg_class c
	join pg_namespace n on n.oid = c.relnamespace
	where c.oid = old;
	select array_agg(format(
		'grant %s on sequence %s to %s%s', a.privilege_type, place,
		case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
		case when a.is_grantable then ' with grant option' else '' end))
	into granted
	from pg_class c
	cross join aclexplode(c.relacl) a
	where c.oid = old
		and a.grantee <> c.relowner
		and (a.grantee = 0 or pg_get_userbyid(a.grantee) !~ '^lma_(app|tenant|worker|readonly)$');
	select seqincrement into strict step from pg_sequence where seqrelid = old;
	execute format('select last_value + is_called::int * %s from %s', step, place) into strict next;
	execute format('alter table %s alter column %I drop default', counted, counting);
	execute format('drop sequence %s', place);
	execute format(
		'alter table %s alter column %I add generated by default as identity (sequence name %s increment by %s)',
		counted, counting, place, step);
	execute format('select setval(%L, %s, false)', place, next);
	foreach wanted in array coalesce(granted, '{}') loop
		execute wanted;
	end loop;
end
$function$;
comment on function lma.count_as_identity(regclass,name) is 'Makes a serial column an identity that goes on counting where its sequence was, under the same name.';

CREATE OR REPLACE FUNCTION lma.count_communications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.count_leads()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.count_notes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.current_organization_id()
 RETURNS integer
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.is_tenant_login() then
		return (
			select t.organization_id
			from lma.tenant_logins t
			join public.organizations o on o.id = t.organization_id
			where t.login = session_user
				and o.is_active
		);
	end if;
	return lma.id_setting('lma.organization_id');
end
$function$;
comment on function lma.current_organization_id() is 'The organization whose rows the transaction may touch; for a tenant login, the one that the login is bound to.';
grant execute on routine lma.current_organization_id() to lma_app;
grant execute on routine lma.current_organization_id() to lma_readonly;

CREATE OR REPLACE FUNCTION lma.custom_field_conditions(conditions jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	texts text[] := '{}';
	condition jsonb;
	key text;
	given text[];
	operator text;
	type text;
	-- The stored value as one that can be compared, the type of what it is compared with, and the comparison.
	stored text;
	cast_to text;
	comparison text;
begin
	for condition in select jsonb_array_elements(conditions) loop
		key := quote_literal(condition ->> 'key');
		operator := condition ->> 'operator';
		type := condition ->> 'type';
		given := array(select jsonb_array_elements_text(condition -> 'values'));
		cast_to := case type when 'number' then 'numeric' else 'text' end;
		stored := case type
			when 'number' then format(
				$stored$case
					when jsonb_typeof(custom_fields -> %1$s) = 'number'
						or custom_fields ->> %1$s ~ '^ *[-+]?[0-9]{1,100}([.][0-9]{1,100})? *$'
					then (custom_fields ->> %1$s)::numeric
				end$stored$, key)
			when 'date' then format(
				$stored$(case
					when custom_fields ->> %1$s ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then left(custom_fields ->> %1$s, 10)
				end) collate "C"$stored$, key)
			when 'boolean' then format(
				$stored$case
					when lower(custom_fields ->> %1$s) in ('true', 'yes', '1') then 'true'
					when lower(custom_fields ->> %1$s) in ('false', 'no', '0') then 'false'
				end$stored$, key)
			when 'email' then format('lower(custom_fields ->> %s)', key)
			else format('custom_fields ->> %s', key)
		end;
		comparison := case
			when operator in ('exists', 'notExists') then format(
				'coalesce(jsonb_typeof(custom_fields -> %s), ''null'') %s ''null''', key,
				case operator when 'exists' then '<>' else '=' end)
			when type = 'multiSelect' then
				case
					when operator in ('equals', 'notEquals') then
						format('custom_fields -> %1$s @> %2$L and custom_fields -> %1$s <@ %2$L', key, to_jsonb(given))
					when operator = 'contains' then format('custom_fields -> %s @> %L', key, to_jsonb(given))
					when operator = 'anyOf' then format('custom_fields -> %s ?| %L', key, given)
				end
			-- As idx_leads_search tells numbers and texts apart.
			when type = 'number' and operator in ('equals', 'notEquals', 'anyOf') then format(
				'custom_fields -> %s = any (%L::jsonb[])', key,
				array(
					select variant
					from unnest(given) as value
					cross join unnest(array[to_jsonb(value::numeric), to_jsonb(value)]) as variant
				))
			when operator in ('equals', 'notEquals', 'anyOf') then
				format('(%s) = any (%L::%s[])', stored, given, cast_to)
			when operator = 'contains' then format('strpos(lower(%s), lower(%L)) > 0', stored, given[1])
			when operator = 'greater' then format('(%s) > %L::%s', stored, given[1], cast_to)
			when operator = 'greaterOrEqual' then format('(%s) >= %L::%s', stored, given[1], cast_to)
			when operator = 'less' then format('(%s) < %L::%s', stored, given[1], cast_to)
			when operator = 'lessOrEqual' then format('(%s) <= %L::%s', stored, given[1], cast_to)
			when operator = 'between' then
				format('(%s) between %L::%s and %L::%s', stored, given[1], cast_to, given[2], cast_to)
		end;
		if comparison is null or key is null or (cardinality(given) = 0 and operator not in ('exists', 'notExists', 'anyOf', 'equals')) then
			raise invalid_parameter_value
				using message = format('Custom fields cannot be compared by %s', left(operator, 60));
		end if;
		-- Who has no value has none that is equal.
		texts := texts || format(
			'coalesce(%s, false)',
			case operator when 'notEquals' then format('(%s) is not true', comparison) else comparison end);
	end loop;
	return texts;
end
$function$;
comment on function lma.custom_field_conditions(jsonb) is 'Conditions on custom fields as SQL for lma.find_leads(), which compares by type and never raises an error.';

CREATE OR REPLACE FUNCTION lma.custom_field_words(organization_id integer, conditions jsonb)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select string_agg(format('(%s)', words), ' & ')::tsquery
	from jsonb_array_elements(conditions) as condition
	cross join lateral (
		select case
			when bool_and(q.query is not null) then string_agg(format('(%s)', q.query), ' | ')
		end
		from (
			select value
			from jsonb_array_elements_text(condition -> 'values') as value
			where condition ->> 'operator' in ('equals', 'anyOf')
				or condition ->> 'operator' = 'contains' and condition ->> 'type' = 'multiSelect'
		) v
		cross join lateral unnest(case
			when condition ->> 'type' = 'number' then array[to_jsonb(value::numeric), to_jsonb(value)]
			when condition ->> 'type' in ('select', 'multiSelect', 'url', 'email', 'text') and value ~ '[[:alpha:]]{2}'
				and value !~ '^ *[[{]' and lower(value) not in ('true', 'false', 'null') and value !~ '^[-+0-9.eE]+$'
			then array[to_jsonb(value)]
			else array['null'::jsonb]
		end) as variant
		cross join lateral (
			select lma.json_query(organization_id, jsonb_build_object(condition ->> 'key', variant)) as query
		) q
	) as valued(words_of_values)
	cross join lateral (
		select coalesce(
			words_of_values, lma.json_query(organization_id, jsonb_build_object(condition ->> 'key', null))::text) as words
	) w
	where condition ->> 'operator' not in ('notEquals', 'notExists')
		and words is not null
$function$;
comment on function lma.custom_field_words(integer,jsonb) is 'Words of idx_leads_search that every lead has that meets conditions on custom fields.';

CREATE OR REPLACE FUNCTION lma.end_retention(finished boolean)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	update lma.partition_policy
	set running_until = null,
		finished_at = case when finished then now() else finished_at end
$function$;
comment on function lma.end_retention(boolean) is 'Ends a run of retention.';
grant execute on routine lma.end_retention(boolean) to lma_worker;

CREATE OR REPLACE FUNCTION lma.ensure_activity_partitions(months_ahead integer DEFAULT 3)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '1s'
AS $function$
declare
	made integer := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0));
	for ahead in 0..months_ahead loop
		if lma.make_activity_partition(
			(date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)) at time zone 'UTC')
		then
			made := made + 1;
		end if;
	end loop;
	return made;
end
$function$;
comment on function lma.ensure_activity_partitions(integer) is 'Creates the partitions of this month and the next ones.';
grant execute on routine lma.ensure_activity_partitions(integer) to lma_worker;

CREATE OR REPLACE FUNCTION lma.event_ceiling()
 RETURNS xid8
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	shift bigint := lma.event_shift();
begin
	return (
		greatest(
			pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
			-- The transaction's own events are in its sight, too.
			pg_current_xact_id_if_assigned()::text::bigint + 1
		) + shift
	)::text::xid8;
end
$function$;

CREATE OR REPLACE FUNCTION lma.event_horizon()
 RETURNS xid8
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	shift bigint := lma.event_shift();
begin
	return (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift)::text::xid8;
end
$function$;

CREATE OR REPLACE FUNCTION lma.event_shift()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if (select c.last_value from lma.event_clock_cluster c) <> (select s.system_identifier from pg_control_system() s) then
		return lma.rebase_events();
	end if;
	return (select c.last_value from lma.event_clock_shift c);
end
$function$;

CREATE OR REPLACE FUNCTION lma.event_transaction_id()
 RETURNS xid8
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	shift bigint := lma.event_shift();
begin
	if shift = 0 then
		return pg_current_xact_id();
	end if;
	return (pg_current_xact_id()::text::bigint + shift)::text::xid8;
end
$function$;

CREATE OR REPLACE FUNCTION lma.fill_organization_from_lead()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.find_leads(filter jsonb, order_by text DEFAULT 'created desc'::text, row_limit bigint DEFAULT NULL::bigint, row_offset bigint DEFAULT 0)
 RETURNS SETOF integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
	plan record;
	found bigint;
begin
	select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, 'id', false);
	if plan.statement is null then
		return;
	end if;
	return query execute plan.statement using row_limit, row_offset;
	get diagnostics found = row_count;
	if plan.is_trial and found < row_limit and not (plan.is_all_or_nothing and found > 0) then
		select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, 'id', true);
		return query execute plan.statement using row_limit - found, row_offset + found;
	end if;
end
$function$;
comment on function lma.find_leads(jsonb,text,bigint,bigint) is 'Ids of the leads that meet a filter, a page in order; each call is planned with its values.';
grant execute on routine lma.find_leads(jsonb,text,bigint,bigint) to lma_app;
grant execute on routine lma.find_leads(jsonb,text,bigint,bigint) to lma_readonly;

CREATE OR REPLACE FUNCTION lma.finish_totals_check(organization integer, found_drift bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	update lma.totals_checks
	set checked_at = clock_timestamp(), drift = found_drift
	where organization_id = organization;

	delete from lma.lead_totals
	where organization_id = organization
		and (leads, score_sum, qualified, won) = (0, 0, 0, 0);
	delete from lma.communication_totals
	where organization_id = organization
		and communications = 0;
	delete from lma.note_totals
	where organization_id = organization
		and notes = 0;
$function$;
comment on function lma.finish_totals_check(integer,bigint) is 'Notes what a comparison of totals found.';
grant execute on routine lma.finish_totals_check(integer,bigint) to lma_worker;

CREATE OR REPLACE FUNCTION lma.fold_ledger(ledger text, organization_ids integer[], at_least bigint DEFAULT 1)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.fold_ledger_quietly(ledger text, organization_ids integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	perform lma.fold_ledger(ledger, organization_ids);
exception
	when others then null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.fold_totals(organization integer DEFAULT NULL::integer, at_least bigint DEFAULT 1)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;
comment on function lma.fold_totals(integer,bigint) is 'Folds deltas into totals, without changing any number in a view.';
grant execute on routine lma.fold_totals(integer,bigint) to lma_worker;

CREATE OR REPLACE FUNCTION lma.forget_campaign_departures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	delete from lma.campaign_departures d
	using deleted
	where d.organization_id = deleted.organization_id
		and d.lead_id = deleted.id;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.forget_counts()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	execute format('truncate lma.%I, lma.%I', tg_argv[0] || '_total_deltas', tg_argv[0] || '_totals');
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.forget_moves(tenant integer, after_id bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	delete from public.activity_logs
	where organization_id = tenant
		and transaction_id = (select lma.event_transaction_id())
		and created_at = now()
		and id > after_id
		and activity_type in (
			'lead.created', 'communication.updated', 'campaign.leadAdded', 'campaign.leadRemoved');
end
$function$;
comment on function lma.forget_moves(integer,bigint) is 'Removes the events of this transaction that only say that rows moved from one lead to another.';

CREATE OR REPLACE FUNCTION lma.forget_totals()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.goes_with_lead(lead_ids integer[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	return cardinality(lead_ids) = 0
		or cardinality(lead_ids) = 1 and not exists (select from public.leads l where l.id = lead_ids[1]);
end
$function$;

CREATE OR REPLACE FUNCTION lma.has_grown(grown regclass, share double precision)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select case
		when c.reltuples <= 0 or c.relpages = 0 then size.pages > 0
		else (size.pages - c.relpages) * c.reltuples / c.relpages > greatest(10000, share * c.reltuples)
	end
	from pg_class c
	cross join lateral (
		select pg_relation_size(c.oid) / current_setting('block_size')::bigint as pages
	) size
	where c.oid = grown
$function$;
comment on function lma.has_grown(regclass,double precision) is 'Whether a table has grown by more than 10,000 rows and by a share of its size since it was last vacuumed or analyzed.';

CREATE OR REPLACE FUNCTION lma.hold_owners(wanted integer[], with_team boolean DEFAULT false)
 RETURNS TABLE(id integer, is_active boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;
comment on function lma.hold_owners(integer[],boolean) is 'Keeps users from being deactivated until the end of the transaction, and says who of them is active.';
grant execute on routine lma.hold_owners(integer[],boolean) to lma_app;

CREATE OR REPLACE FUNCTION lma.id_setting(setting text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	chosen text := nullif(current_setting(setting, true), '');
begin
	if chosen is null then
		return null;
	end if;
	if chosen ~ '^\d{1,10}$' and chosen::bigint <= 2147483647 then
		return chosen::integer;
	end if;
	raise exception using
		errcode = 'LM002',
		message = format('The setting %s is "%s", which is not an id', setting,
			case when length(chosen) > 20 then left(chosen, 20) || '…' else chosen end),
		hint = 'Call lma.use_organization(slug), which sets it, or set it to a whole number from 0 to 2147483647.';
end
$function$;
comment on function lma.id_setting(text) is 'A setting of the session as an id; a value that is not a number is an error, never another organization.';
grant execute on routine lma.id_setting(text) to lma_app;
grant execute on routine lma.id_setting(text) to lma_readonly;
grant execute on routine lma.id_setting(text) to lma_worker;

CREATE OR REPLACE FUNCTION lma.ignore_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.is_stale(moved_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select moved_at < now() - make_interval(days => coalesce((select p.stale_days from lma.partition_policy p), 30))
$function$;

CREATE OR REPLACE FUNCTION lma.is_tenant_login()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	return pg_has_role(session_user, 'lma_tenant', 'member') and exists (
		with recursive membership as (
			select r.oid
			from pg_roles r
			where r.rolname = session_user
			union
			select m.roleid
			from membership
			join pg_auth_members m on m.member = membership.oid
			where coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
				or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
		)
		select
		from membership
		join pg_roles r on r.oid = membership.oid
		where r.rolname = 'lma_tenant'
	);
end
$function$;
comment on function lma.is_tenant_login() is 'Whether the login is bound to one organization.';
grant execute on routine lma.is_tenant_login() to lma_app;
grant execute on routine lma.is_tenant_login() to lma_readonly;

CREATE OR REPLACE FUNCTION lma.json_number(value jsonb)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select case
		when jsonb_typeof(value) = 'number' then
			case when value::numeric between -1e300 and 1e300 then value::float8 end
		when value #>> '{}' ~ '^\s*[-+]?\d{1,250}(\.\d+)?\s*$' then (value #>> '{}')::float8
	end
$function$;
comment on function lma.json_number(jsonb) is 'A JSON number, or a text that is one, as a number; null for anything else.';
grant execute on routine lma.json_number(jsonb) to lma_app;
grant execute on routine lma.json_number(jsonb) to lma_worker;

CREATE OR REPLACE FUNCTION lma.json_query(organization_id integer, document jsonb)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select string_agg(term, ' & ')::tsquery
	from (
		-- Texts and keys as they stand in the document, so that they are taken apart alike.
		select distinct format('''%s''', replace(replace(word, '\', '\\'), '''', '''''')) as term
		from (
			select jsonb_path_query(document, 'strict $.** ? (@.type() == "string")') as quoted
			union all
			select jsonb_path_query(document, 'strict $.** ? (@.type() == "object").keyvalue().key')
		) q
		cross join unnest(tsvector_to_array(to_tsvector('simple',
			replace(quoted::text, '"', ' j' || organization_id || 'x')))) as word
		where word <> 'j' || organization_id || 'x'
		union all
		select format('(''%s'' | ''%s%s'':*)', number, number, case when strpos(number, '.') > 0 then '0' else '.0' end)
		from jsonb_path_query(document, 'strict $.** ? (@.type() == "number")') as value
		cross join lateral (select trim_scale(value::numeric)::text as number) n
		where length(number) < 20
	) t
$function$;

CREATE OR REPLACE FUNCTION lma.keep_campaign_departures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.goes_with_lead(array(select distinct lead_id from removed)) then
		return null;
	end if;
	-- Planned for as many as there are.
	execute $sql$
		insert into lma.campaign_departures (organization_id, campaign_id, lead_id)
		select r.organization_id, r.campaign_id, r.lead_id
		from removed r
		join public.campaigns c on c.organization_id = r.organization_id and c.id = r.campaign_id
		join public.leads l on l.organization_id = r.organization_id and l.id = r.lead_id
		order by r.organization_id, r.campaign_id, r.lead_id
		on conflict (organization_id, campaign_id, lead_id) do update
		set left_at = excluded.left_at
	$sql$;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.keep_event_channel()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if exists (select from lma.event_channels c where c.organization_id = new.organization_id) then
		return null;
	end if;
	return new;
end
$function$;

CREATE OR REPLACE FUNCTION lma.last_event_id(tenant integer)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select coalesce(max(id), 0)
	from public.activity_logs
	where organization_id = tenant
		and transaction_id = (select lma.event_transaction_id())
		and created_at = now()
$function$;
comment on function lma.last_event_id(integer) is 'The last event of this transaction and organization, or 0.';

CREATE OR REPLACE FUNCTION lma.lead_address_key(lead integer, type public.communication_type_enum)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select lma.address_key(l.organization_id, type, l.email, l.phone, l.linkedin_url)
	from public.leads l
	where l.organization_id = (select lma.current_organization_id())
		and l.id = lead
$function$;
comment on function lma.lead_address_key(integer,public.communication_type_enum) is 'lma.address_key() of a lead of the organization whose rows the transaction may touch.';
grant execute on routine lma.lead_address_key(integer,public.communication_type_enum) to lma_app;
grant execute on routine lma.lead_address_key(integer,public.communication_type_enum) to lma_readonly;

CREATE OR REPLACE FUNCTION lma.lock_contacts(lead_ids integer[])
 RETURNS TABLE(lead_id integer, begun integer)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
	locked_ids integer[];
begin
	locked_ids := array(
		select l.id
		from public.leads l
		where l.id = any(lead_ids)
		order by l.id
		for no key update skip locked
	);
	return query
	select l.id, count(c.id)::integer
	from unnest(locked_ids) as l(id)
	left join public.communications c
		on c.lead_id = l.id
		and c.direction = 'outbound'
		and not c.is_transactional
		and (c.status = 'completed' or c.status = 'scheduled' and c.dispatch_started_at is not null)
	group by l.id;
end
$function$;
comment on function lma.lock_contacts(integer[]) is 'Locks leads for the worker, and counts what was sent to each or is being sent.';
grant execute on routine lma.lock_contacts(integer[]) to lma_worker;

CREATE OR REPLACE FUNCTION lma.log_campaign_leads_added()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into public.activity_logs (
		organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, (select lma.actor_id()), campaign_id, (select lma.event_transaction_id()),
		'campaign.leadAdded',
		jsonb_build_object('after', jsonb_build_object('campaign_id', campaign_id, 'status', status))
	from added;
	if found then
		perform lma.notify_events(array(select distinct organization_id from added));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_campaign_leads_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, event.lead_id, (select lma.actor_id()), event.campaign_id,
			(select lma.event_transaction_id()), event.activity_type, event.metadata
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select 'campaign.leadStatusChanged' as activity_type, n.lead_id, n.campaign_id,
				jsonb_build_object(
					'before', jsonb_build_object('status', o.status),
					'after', jsonb_build_object('campaign_id', n.campaign_id, 'status', n.status)) as metadata
			where n.status <> o.status
				and (n.campaign_id, n.lead_id) = (o.campaign_id, o.lead_id)
			union all
			-- A membership that now says another lead or campaign is two changes.
			select 'campaign.leadRemoved', o.lead_id, o.campaign_id,
				jsonb_build_object('before', jsonb_build_object('campaign_id', o.campaign_id, 'status', o.status))
			where (n.campaign_id, n.lead_id) <> (o.campaign_id, o.lead_id)
			union all
			select 'campaign.leadAdded', n.lead_id, n.campaign_id,
				jsonb_build_object('after', jsonb_build_object('campaign_id', n.campaign_id, 'status', n.status))
			where (n.campaign_id, n.lead_id) <> (o.campaign_id, o.lead_id)
		) event
	$sql$;
	get diagnostics logged = row_count;
	if logged > 0 then
		perform lma.notify_events(array(select distinct organization_id from after_rows));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_campaign_leads_removed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.goes_with_lead(array(select distinct lead_id from removed)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, campaign_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), d.campaign_id, (select lma.event_transaction_id()),
			'campaign.leadRemoved',
			jsonb_build_object('before', jsonb_build_object('campaign_id', d.campaign_id, 'status', d.status))
		from removed d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from removed));
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_communications_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, n.lead_id, coalesce((select lma.actor_id()), n.user_id), n.id,
			(select lma.event_transaction_id()), event.activity_type, event.metadata
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select n.status <> o.status or (n.status = 'scheduled' and n.schedule_version <> o.schedule_version) as is_news,
				-- Leases and retries, in which the worker writes nothing else: not worth reading every body twice.
				n.status = o.status and n.schedule_version = o.schedule_version
					and (n.dispatch_epoch, n.dispatch_at, n.dispatch_started_at)
						is distinct from (o.dispatch_epoch, o.dispatch_at, o.dispatch_started_at) as is_dispatch
		) change
		cross join lateral (
			select case when change.is_dispatch then '{}' else
				array_remove(array[
					case when n.subject is distinct from o.subject then 'subject' end,
					case when n.content is distinct from o.content then 'content' end,
					case when n.user_id is distinct from o.user_id then 'user_id' end,
					case when n.communication_type <> o.communication_type then 'communication_type' end,
					case when n.direction <> o.direction then 'direction' end,
					case when n.lead_id <> o.lead_id then 'lead_id' end,
					case when not change.is_news and n.scheduled_at is distinct from o.scheduled_at then 'scheduled_at' end,
					case when not change.is_news and n.completed_at is distinct from o.completed_at then 'completed_at' end,
					case when not change.is_news and n.comm_metadata <> o.comm_metadata then 'comm_metadata' end
				], null)
			end as columns
		) edited
		cross join lateral (
			select 'communication.' || n.status as activity_type,
				jsonb_build_object(
					'before', jsonb_build_object('status', o.status, 'scheduled_at', o.scheduled_at),
					'after', jsonb_build_object(
						'communication_type', n.communication_type, 'status', n.status, 'scheduled_at', n.scheduled_at,
						'completed_at', n.completed_at, 'failure_reason', n.failure_reason)) as metadata
			where change.is_news
			union all
			select 'communication.updated',
				jsonb_build_object(
					'changed', edited.columns,
					'before', lma.changed_values(r.old_row, r.new_row),
					'after', lma.changed_values(r.new_row, r.old_row))
			from (
				select jsonb_build_object(
					'lead_id', o.lead_id, 'user_id', o.user_id, 'communication_type', o.communication_type,
					'direction', o.direction, 'scheduled_at', o.scheduled_at, 'completed_at', o.completed_at,
					'subject_length', length(o.subject), 'content_length', length(o.content)) as old_row,
				jsonb_build_object(
					'lead_id', n.lead_id, 'user_id', n.user_id, 'communication_type', n.communication_type,
					'direction', n.direction, 'scheduled_at', n.scheduled_at, 'completed_at', n.completed_at,
					'subject_length', length(n.subject), 'content_length', length(n.content)) as new_row
				where edited.columns <> '{}'
			) r
		) event
	$sql$;
	get diagnostics logged = row_count;
	if logged = 0 then
		return null;
	end if;
	perform lma.notify_events(array(select distinct organization_id from after_rows));
	if exists (select from after_rows where status = 'scheduled' and dispatch_at is not null) then
		perform lma.notify_worker('dispatch');
	end if;
	execute $sql$
		select
			lma.update_contact_dates(
				array_agg(n.lead_id), array_agg(n.direction), array_agg(coalesce(n.completed_at, n.created_at))),
			lma.log_replies(array_agg(n.id order by n.id) filter (where n.direction = 'inbound'))
		from after_rows n
		join before_rows o on o.id = n.id
		where n.status = 'completed'
			and o.status <> 'completed'
		having count(*) > 0
	$sql$;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_communications_created()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.communications');
	end if;
	insert into public.activity_logs (
		organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), id, (select lma.event_transaction_id()),
		case status when 'scheduled' then 'communication.scheduled' else 'communication.logged' end,
		jsonb_build_object('after', jsonb_build_object(
			'communication_type', communication_type, 'direction', direction, 'status', status,
			'scheduled_at', scheduled_at, 'completed_at', completed_at))
	from created;
	if not found then
		return null;
	end if;
	perform lma.notify_events(array(select distinct organization_id from created));
	if exists (select from created where dispatch_at is not null) then
		perform lma.notify_worker('dispatch');
	end if;
	perform lma.update_contact_dates(
		array_agg(lead_id), array_agg(direction), array_agg(coalesce(completed_at, created_at)))
	from created
	where status = 'completed'
	having count(*) > 0;
	perform lma.log_replies(array_agg(id order by id))
	from created
	where status = 'completed'
		and direction = 'inbound'
	having count(*) > 0;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_communications_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.goes_with_lead(array(select distinct lead_id from deleted)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), d.id, (select lma.event_transaction_id()),
			'communication.deleted',
			jsonb_build_object('before', jsonb_build_object(
				'communication_type', d.communication_type, 'direction', d.direction, 'status', d.status,
				'scheduled_at', d.scheduled_at, 'completed_at', d.completed_at))
		from deleted d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from deleted));
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_leads_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	logged bigint;
begin
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select n.organization_id, n.id, (select lma.actor_id()), (select lma.event_transaction_id()), event.activity_type,
			jsonb_build_object('before', event.before, 'after', event.after)
		from after_rows n
		join before_rows o on o.id = n.id
		cross join lateral (
			select 'lead.scored' as activity_type,
				jsonb_build_object('score', o.score) as before,
				jsonb_build_object('score', n.score) as after
			where n.score <> o.score
			union all
			select 'lead.temperatureChanged',
				jsonb_build_object('lead_temperature', o.lead_temperature),
				jsonb_build_object('lead_temperature', n.lead_temperature)
			where n.lead_temperature <> o.lead_temperature
			union all
			select 'lead.statusChanged', jsonb_build_object('status', o.status), jsonb_build_object('status', n.status)
			where n.status <> o.status
			union all
			select 'lead.assigned',
				jsonb_build_object('assigned_to_id', o.assigned_to_id),
				jsonb_build_object('assigned_to_id', n.assigned_to_id)
			where n.assigned_to_id is distinct from o.assigned_to_id
			union all
			select 'lead.updated', lma.changed_values(r.old_row, r.new_row), lma.changed_values(r.new_row, r.old_row)
			from (
				select
					to_jsonb(o) - lma.quiet_lead_columns() as old_row,
					to_jsonb(n) - lma.quiet_lead_columns() as new_row
			) r
			where (o.email, o.first_name, o.last_name, o.company, o.job_title, o.phone, o.website, o.linkedin_url,
					o.expected_close_date, o.source, o.value, o.notes, o.tags, o.custom_fields)
				is distinct from (n.email, n.first_name, n.last_name, n.company, n.job_title, n.phone, n.website,
					n.linkedin_url, n.expected_close_date, n.source, n.value, n.notes, n.tags, n.custom_fields)
		) event
	$sql$;
	get diagnostics logged = row_count;
	if logged > 0 then
		perform lma.notify_events(array(select distinct organization_id from after_rows));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_leads_created()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if (select count(*) from created) >= 100 then
		perform lma.analyze_once('public.leads');
	end if;
	insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
	select organization_id, id, (select lma.actor_id()), (select lma.event_transaction_id()), 'lead.created',
		jsonb_build_object('after', jsonb_build_object(
			'status', status, 'source', source, 'score', score, 'lead_temperature', lead_temperature,
			'assigned_to_id', assigned_to_id))
	from created;
	if found then
		perform lma.notify_events(array(select distinct organization_id from created));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_leads_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	part regclass;
begin
	for part in
		select 'public.activity_logs'::regclass
		union all
		select c.oid::regclass
		from pg_class c
		where c.relnamespace = 'lma_archive'::regnamespace
			and c.relkind = 'r'
	loop
		execute format('delete from %s a using deleted d where a.lead_id = d.id', part);
	end loop;
	insert into public.activity_logs (organization_id, user_id, transaction_id, activity_type, activity_metadata)
	select d.organization_id, (select lma.actor_id()), (select lma.event_transaction_id()), 'lead.deleted',
		jsonb_build_object('before', jsonb_build_object('id', d.id))
	from deleted d
	join public.organizations o on o.id = d.organization_id;
	if found then
		perform lma.notify_events(array(select distinct organization_id from deleted));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_notes_created()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
	select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), (select lma.event_transaction_id()),
		'note.created',
		jsonb_build_object('after', jsonb_build_object('id', id, 'user_id', user_id, 'content_length', length(content)))
	from created;
	if found then
		perform lma.notify_events(array(select distinct organization_id from created));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_notes_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if lma.goes_with_lead(array(select distinct lead_id from deleted)) then
		return null;
	end if;
	execute $sql$
		insert into public.activity_logs (organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select d.organization_id, d.lead_id, (select lma.actor_id()), (select lma.event_transaction_id()), 'note.deleted',
			jsonb_build_object('before', jsonb_build_object(
				'id', d.id, 'user_id', d.user_id, 'content_length', length(d.content)))
		from deleted d
		join public.leads l on l.id = d.lead_id
		order by d.id
	$sql$;
	perform lma.notify_events(array(select distinct organization_id from deleted));
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_replies(communication_ids bigint[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	execute $sql$
		with reply as materialized (
			select c.*
			from public.communications c
			where c.id = any($1)
		), said as (
			select lead_id, coalesce(completed_at, created_at) as said_at, null::bigint as sent_id, id as reply_id,
				organization_id, user_id,
				jsonb_build_object(
					'communication_type', communication_type, 'direction', direction, 'status', status,
					'completed_at', completed_at) as after
			from reply
			union all
			select c.lead_id, coalesce(c.completed_at, c.created_at), c.id, null, null, null, null
			from public.communications c
			where c.lead_id = any(array(select distinct lead_id from reply))
				and c.direction = 'outbound'
				and c.status = 'completed'
		), counted as (
			-- What was sent at the very moment of the answer counts as before it.
			select *, count(sent_id) over (partition by lead_id order by said_at, sent_id nulls last) as nth
			from said
		), answered as (
			select *, max(sent_id) over (partition by lead_id, nth) as reply_to_id
			from counted
			where nth > 0
		)
		insert into public.activity_logs (
			organization_id, lead_id, user_id, communication_id, transaction_id, activity_type, activity_metadata)
		select organization_id, lead_id, coalesce((select lma.actor_id()), user_id), reply_id,
			(select lma.event_transaction_id()), 'communication.replied',
			jsonb_build_object('after', after || jsonb_build_object('reply_to_id', reply_to_id))
		from answered
		where reply_id is not null
		order by reply_id
	$sql$
	using communication_ids;
end
$function$;

CREATE OR REPLACE FUNCTION lma.log_suppressions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into public.activity_logs (
		organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
	select c.organization_id, c.lead_id, coalesce((select lma.actor_id()), min(c.user_id)),
		(select lma.event_transaction_id()), tg_argv[0],
		jsonb_build_object(tg_argv[1], jsonb_build_object(
			'communication_types', jsonb_agg(distinct c.communication_type), 'reason', c.reason))
	from changed c
	join public.leads l on l.organization_id = c.organization_id and l.id = c.lead_id
	group by c.organization_id, c.lead_id, c.reason
	order by c.organization_id, c.lead_id, c.reason;
	if found then
		perform lma.notify_events(array(select distinct organization_id from changed));
	end if;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.make_activity_partition(month timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	next_month timestamptz := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
	partition_name text := 'activity_logs_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
	if to_regclass('public.' || partition_name) is not null then
		return false;
	end if;
	execute format(
		'create table public.%I (like public.activity_logs including defaults including constraints)', partition_name);
	call lma.tune_activity_partition(format('public.%I', partition_name)::regclass);
	-- A partition has row security of its own, for whoever names it directly: nobody may.
	execute format('alter table public.%I enable row level security', partition_name);
	execute format('alter table public.%I force row level security', partition_name);
	execute format('create policy owner on public.%I to lma_owner using (true) with check (true)', partition_name);
	execute format(
		'with moved as (
			delete from public.activity_logs_default
			where created_at >= $1 and created_at < $2
			returning *
		)
		insert into public.%I select * from moved', partition_name) using month, next_month;
	execute format(
		'alter table public.activity_logs attach partition public.%I for values from (%L) to (%L)',
		partition_name, month, next_month);
	return true;
end
$function$;

CREATE OR REPLACE FUNCTION lma.make_event_channel()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into lma.event_channels (organization_id)
	values (new.id)
	on conflict do nothing;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.merge_campaign_departures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	with carried as materialized (
		select d.organization_id, d.campaign_id, d.left_at, m.lead_id as old_lead_id, e.survivor_id
		from merged m
		join lma.lead_merges e on e.organization_id = m.organization_id and e.id = m.merge_id
		join lma.campaign_departures d on d.organization_id = m.organization_id and d.lead_id = m.lead_id
	), given as (
		select distinct d.campaign_id, d.lead_id, d.left_at
		from (select distinct organization_id, survivor_id from carried) c
		join lma.lead_merges e
			on e.organization_id = c.organization_id and e.current_lead_id = c.survivor_id and e.survivor_id = c.survivor_id
		join lma.merged_leads m on m.organization_id = c.organization_id and m.merge_id = e.id
		cross join jsonb_to_recordset(m.departures) as p(campaign_id integer, carried_at timestamptz)
		join lma.campaign_departures d
			on d.organization_id = c.organization_id and d.campaign_id = p.campaign_id and d.lead_id = c.survivor_id
				and d.left_at = p.carried_at
	), added as (
		insert into lma.campaign_departures (organization_id, campaign_id, lead_id, left_at)
		select organization_id, campaign_id, survivor_id, max(left_at)
		from carried
		group by organization_id, campaign_id, survivor_id
		order by organization_id, campaign_id, survivor_id
		on conflict (organization_id, campaign_id, lead_id) do nothing
		returning campaign_id, lead_id, left_at
	)
	update lma.merged_leads m
	set departures = g.departures
	from (
		select c.organization_id, c.old_lead_id, jsonb_agg(jsonb_build_object(
			'campaign_id', c.campaign_id, 'left_at', c.left_at, 'survivor_id', c.survivor_id,
			'carried_at', coalesce(a.left_at, s.left_at))) as departures
		from carried c
		left join added a on a.campaign_id = c.campaign_id and a.lead_id = c.survivor_id
		left join given s on s.campaign_id = c.campaign_id and s.lead_id = c.survivor_id
		group by c.organization_id, c.old_lead_id
	) g
	where m.organization_id = g.organization_id
		and m.lead_id = g.old_lead_id;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.merge_leads(merges jsonb)
 RETURNS TABLE(ordinal integer, merge_id bigint, changed_columns text[], communications bigint, notes bigint, memberships bigint, memberships_dropped bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
	tenant integer := lma.current_organization_id();
	every_id integer[];
	duplicate_ids integer[];
	survivor_ids integer[];
	survivor_values jsonb[];
	pairs jsonb;
	locked bigint;
	last_event bigint;
	part regclass;
begin
	if tenant is null or jsonb_array_length(merges) = 0 then
		return;
	end if;
	select jsonb_agg(item || jsonb_build_object('merge_id', nextval('lma.lead_merges_id_seq')))
	into merges
	from jsonb_array_elements(merges) as item;
	select jsonb_agg(jsonb_build_object(
		'merge_id', m.merge_id, 'survivor_id', m.survivor_id, 'lead_id', d.lead_id, 'place', d.place))
	into pairs
	from jsonb_to_recordset(merges) as m(merge_id bigint, survivor_id integer, duplicate_ids integer[])
	cross join unnest(m.duplicate_ids) with ordinality as d(lead_id, place);
	duplicate_ids := array(select (p ->> 'lead_id')::integer from jsonb_array_elements(pairs) as p);
	every_id := array(select (m ->> 'survivor_id')::integer from jsonb_array_elements(merges) as m) || duplicate_ids;
	perform
	from public.leads
	where organization_id = tenant
		and id = any(every_id)
	order by id
	for update;
	get diagnostics locked = row_count;
	if locked <> cardinality(every_id) then
		raise invalid_parameter_value using message = 'A lead to merge does not exist, or is named twice';
	end if;
	last_event := lma.last_event_id(tenant);

	-- What changes of each survivor, and the duplicates as they are.
	with given as (
		select *
		from jsonb_to_recordset(merges) as m(
			merge_id bigint, survivor_id integer, duplicate_ids integer[], sources jsonb, combined jsonb)
	), member as materialized (
		select g.merge_id, l.*
		from given g
		join public.leads l on l.organization_id = tenant and l.id = any(g.survivor_id || g.duplicate_ids)
	), taken as (
		select g.merge_id, jsonb_object_agg(s.key, to_jsonb(m) -> s.key) as changed
		from given g
		cross join jsonb_each_text(g.sources) as s
		join member m on m.merge_id = g.merge_id and m.id = s.value::integer
		where s.key = any(lma.merged_columns())
		group by g.merge_id
	), contact as (
		select merge_id, jsonb_build_object(
			'first_contacted_at', min(first_contacted_at),
			'last_contacted_at', max(last_contacted_at),
			'last_engagement_date', max(last_engagement_date)) as changed
		from member
		group by merge_id
	), source as (
		select g.merge_id, s.key, f.place, m.tags, m.custom_fields, m.notes
		from given g
		cross join jsonb_each(g.combined) as s
		cross join jsonb_array_elements_text(s.value) with ordinality as f(lead_id, place)
		join member m on m.merge_id = g.merge_id and m.id = f.lead_id::integer
	), tagged as (
		select merge_id, jsonb_build_object('tags', jsonb_agg(tag order by first_place)) as changed
		from (
			select merge_id, tag, min(place * 1000000 + nth) as first_place
			from source
			cross join jsonb_array_elements(case when jsonb_typeof(tags) = 'array' then tags else '[]' end)
				with ordinality as t(tag, nth)
			where key = 'tags'
			group by merge_id, tag
		) t
		group by merge_id
	), customised as (
		-- Of two values for a key the last one stays.
		select merge_id, jsonb_build_object('custom_fields', jsonb_object_agg(
			f.key, f.value order by f.value not in ('null', '""', '[]', '{}'), place desc)) as changed
		from source
		cross join jsonb_each(case when jsonb_typeof(custom_fields) = 'object' then custom_fields else '{}' end) as f
		where source.key = 'custom_fields'
		group by merge_id
	), noted as (
		select merge_id, jsonb_build_object('notes', string_agg(notes, E'\n\n' order by first_place)) as changed
		from (
			select merge_id, notes, min(place) as first_place
			from source
			where key = 'notes'
				and notes <> ''
			group by merge_id, notes
		) n
		group by merge_id
	), wanted as (
		select g.merge_id, g.survivor_id, to_jsonb(l) as lead,
			coalesce(taken.changed, '{}') || contact.changed || coalesce(tagged.changed, '{}')
				|| coalesce(customised.changed, '{}') || coalesce(noted.changed, '{}') as changed
		from given g
		join public.leads l on l.organization_id = tenant and l.id = g.survivor_id
		join contact on contact.merge_id = g.merge_id
		left join taken on taken.merge_id = g.merge_id
		left join tagged on tagged.merge_id = g.merge_id
		left join customised on customised.merge_id = g.merge_id
		left join noted on noted.merge_id = g.merge_id
	), merged as (
		insert into lma.lead_merges (id, organization_id, survivor_id, current_lead_id, survivor_before, survivor_after)
		select w.merge_id, tenant, w.survivor_id, w.survivor_id,
			jsonb_object_agg(c.key, w.lead -> c.key),
			jsonb_object_agg(c.key, c.value)
		from wanted w
		cross join jsonb_each(w.changed) as c
		where c.value is distinct from w.lead -> c.key
			or c.key = any(lma.contact_columns())
		group by w.merge_id, w.survivor_id
		returning survivor_id, survivor_before, survivor_after
	)
	select array_agg(survivor_id), array_agg(survivor_after)
	into survivor_ids, survivor_values
	from merged
	where survivor_after <> survivor_before;
	insert into lma.merged_leads (organization_id, lead_id, merge_id, lead)
	select tenant, l.id, p.merge_id, to_jsonb(l) - 'email_key'
	from jsonb_to_recordset(pairs) as p(merge_id bigint, lead_id integer)
	join public.leads l on l.organization_id = tenant and l.id = p.lead_id;

	with moved as (
		update public.communications c
		set lead_id = p.survivor_id
		from jsonb_to_recordset(pairs) as p(survivor_id integer, lead_id integer)
		where c.organization_id = tenant
			and c.lead_id = any(duplicate_ids)
			and c.lead_id = p.lead_id
		returning c.id, p.lead_id as old_lead_id
	)
	update lma.merged_leads m
	set communication_ids = g.ids
	from (select old_lead_id, array_agg(id order by id) as ids from moved group by old_lead_id) g
	where m.organization_id = tenant
		and m.lead_id = g.old_lead_id;

	with moved as (
		update public.lead_notes n
		set lead_id = p.survivor_id
		from jsonb_to_recordset(pairs) as p(survivor_id integer, lead_id integer)
		where n.organization_id = tenant
			and n.lead_id = any(duplicate_ids)
			and n.lead_id = p.lead_id
		returning n.id, p.lead_id as old_lead_id
	)
	update lma.merged_leads m
	set note_ids = g.ids
	from (select old_lead_id, array_agg(id order by id) as ids from moved group by old_lead_id) g
	where m.organization_id = tenant
		and m.lead_id = g.old_lead_id;

	-- A lead is in a campaign once: the survivor's membership stays, else that of the first duplicate.
	with membership as (
		select cl.id, p.lead_id as old_lead_id, to_jsonb(cl) as fields,
			row_number() over (partition by p.survivor_id, cl.campaign_id order by p.place) > 1
				or exists (
					select
					from public.campaign_leads s
					where s.organization_id = tenant
						and s.campaign_id = cl.campaign_id
						and s.lead_id = p.survivor_id
				) as is_double
		from jsonb_to_recordset(pairs) as p(survivor_id integer, lead_id integer, place bigint)
		join public.campaign_leads cl
			on cl.organization_id = tenant and cl.lead_id = any(duplicate_ids) and cl.lead_id = p.lead_id
	), dropped as (
		delete from public.campaign_leads cl
		using membership
		where cl.organization_id = tenant
			and cl.id = membership.id
			and membership.is_double
		returning membership.old_lead_id, membership.fields
	)
	update lma.merged_leads m
	set dropped_memberships = g.dropped
	from (select old_lead_id, jsonb_agg(fields) as dropped from dropped group by old_lead_id) g
	where m.organization_id = tenant
		and m.lead_id = g.old_lead_id;
	with moved as (
		update public.campaign_leads cl
		set lead_id = p.survivor_id
		from jsonb_to_recordset(pairs) as p(survivor_id integer, lead_id integer)
		where cl.organization_id = tenant
			and cl.lead_id = any(duplicate_ids)
			and cl.lead_id = p.lead_id
		returning cl.id, p.lead_id as old_lead_id
	)
	update lma.merged_leads m
	set membership_ids = g.ids
	from (select old_lead_id, array_agg(id order by id) as ids from moved group by old_lead_id) g
	where m.organization_id = tenant
		and m.lead_id = g.old_lead_id;

	-- The history, from the archived months too.
	perform lma.forget_moves(tenant, last_event);
	for part in
		select 'public.activity_logs'::regclass
		union all
		select c.oid::regclass
		from pg_class c
		where c.relnamespace = 'lma_archive'::regnamespace
			and c.relkind = 'r'
	loop
		execute format(
			$sql$
				with moved as (
					update %s a
					set lead_id = p.survivor_id
					from jsonb_to_recordset($1) as p(survivor_id integer, lead_id integer)
					where a.organization_id = $2
						and a.lead_id = any($3)
						and a.lead_id = p.lead_id
					returning a.id, p.lead_id as old_lead_id
				)
				update lma.merged_leads m
				set activity_ids = m.activity_ids || g.ids
				from (select old_lead_id, array_agg(id) as ids from moved group by old_lead_id) g
				where m.organization_id = $2
					and m.lead_id = g.old_lead_id
			$sql$, part)
		using pairs, tenant, duplicate_ids;
	end loop;

	-- Of a duplicate that was a survivor itself, the merges.
	with moved as (
		update lma.lead_merges e
		set current_lead_id = p.survivor_id
		from jsonb_to_recordset(pairs) as p(survivor_id integer, lead_id integer)
		where e.organization_id = tenant
			and e.current_lead_id = p.lead_id
		returning e.id, p.lead_id as old_lead_id
	)
	update lma.merged_leads m
	set merge_ids = g.ids
	from (select old_lead_id, array_agg(id) as ids from moved group by old_lead_id) g
	where m.organization_id = tenant
		and m.lead_id = g.old_lead_id;

	delete from public.leads
	where organization_id = tenant
		and id = any(duplicate_ids);
	perform lma.set_lead_values(tenant, survivor_ids, survivor_values);

	return query
	with done as materialized (
		select (given ->> 'ordinal')::integer as ordinal, e.id, e.survivor_id,
			array(
				select a.key from jsonb_each(e.survivor_after) as a where a.value <> e.survivor_before -> a.key
			) as changed_columns,
			sum(cardinality(m.communication_ids)) as communications,
			sum(cardinality(m.note_ids)) as notes,
			sum(cardinality(m.membership_ids)) as memberships,
			sum(jsonb_array_length(m.dropped_memberships)) as memberships_dropped,
			jsonb_agg(m.lead_id order by m.lead_id) as merged_ids
		from jsonb_array_elements(merges) as given
		join lma.lead_merges e on e.organization_id = tenant and e.id = (given ->> 'merge_id')::bigint
		join lma.merged_leads m on m.organization_id = tenant and m.merge_id = e.id
		group by given, e.id
	), logged as (
		insert into public.activity_logs (
			organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select tenant, survivor_id, lma.actor_id(), lma.event_transaction_id(), 'lead.merged',
			jsonb_build_object('after', jsonb_build_object(
				'merge_id', id, 'merged_ids', merged_ids, 'communications', communications, 'notes', notes,
				'memberships', memberships))
		from done
		order by id
	)
	select ordinal, id, changed_columns, communications, notes, memberships, memberships_dropped
	from done;
	perform lma.notify_events(array[tenant]);
end
$function$;
comment on function lma.merge_leads(jsonb) is 'Merges leads into others with all their history, remembering what is needed to undo it.';
grant execute on routine lma.merge_leads(jsonb) to lma_app;

CREATE OR REPLACE FUNCTION lma.merged_columns()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select array['email', 'first_name', 'last_name', 'company', 'job_title', 'phone', 'website', 'linkedin_url',
		'lead_temperature', 'expected_close_date', 'status', 'source', 'score', 'value', 'notes', 'tags', 'custom_fields',
		'assigned_to_id', 'first_contacted_at', 'last_contacted_at', 'last_engagement_date']
$function$;
comment on function lma.merged_columns() is 'Columns of a lead that a merge may change.';

CREATE OR REPLACE FUNCTION lma.notify_events(organization_ids integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	perform pg_notify(c.channel, '')
	from lma.event_channels c
	where c.organization_id = any(organization_ids);
end
$function$;

CREATE OR REPLACE FUNCTION lma.notify_worker(worker_channel text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	perform pg_notify(c.channel, '')
	from lma.worker_channels c
	where c.name = worker_channel;
end
$function$;

CREATE OR REPLACE FUNCTION lma.open_subscription(subscription text, types text[], only_when jsonb, start_from text)
 RETURNS SETOF lma.event_subscriptions
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	organization integer := lma.current_organization_id();
	start_at xid8 := case start_from when 'beginning' then '0' else lma.event_horizon() end;
begin
	if organization is null then
		raise exception using errcode = 'LM001', message = 'No organization was chosen';
	end if;
	return query
	insert into lma.event_subscriptions as s (organization_id, name, event_types, filter, cursor_transaction, cursor_id)
	values (organization, subscription, types, only_when, start_at, 0)
	on conflict (organization_id, name) do update
	set event_types = excluded.event_types,
		filter = excluded.filter,
		cursor_transaction = case start_from when 'keep' then s.cursor_transaction else excluded.cursor_transaction end,
		cursor_id = case start_from when 'keep' then s.cursor_id else excluded.cursor_id end,
		claimed_transaction = case start_from when 'keep' then s.claimed_transaction end,
		claimed_id = case start_from when 'keep' then s.claimed_id end,
		lease_owner = case start_from when 'keep' then s.lease_owner end,
		lease_until = case start_from when 'keep' then s.lease_until end,
		epoch = case start_from when 'keep' then s.epoch else s.epoch + 1 end,
		moved_at = case start_from when 'keep' then s.moved_at else now() end,
		updated_at = now()
	returning s.*;
end
$function$;
comment on function lma.open_subscription(text,text[],jsonb,text) is 'Creates or changes a subscription of the organization to its events.';
grant execute on routine lma.open_subscription(text,text[],jsonb,text) to lma_app;

CREATE OR REPLACE FUNCTION lma.phrase_words(phrase text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT ROWS 3
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select word
	from unnest(string_to_array(lower(
		replace(replace(replace(replace(phrase, '.', ' '), '@', ' '), '-', ' '), '''', ' ')), ' ')) as word
	where word <> ''
$function$;

CREATE OR REPLACE FUNCTION lma.place_stray_activity()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	month timestamptz;
	placed integer := 0;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.ensure_activity_partitions', 0));
	for month in
		select distinct date_trunc('month', created_at at time zone 'UTC') at time zone 'UTC'
		from public.activity_logs_default
		order by 1
	loop
		if lma.make_activity_partition(month) then
			placed := placed + 1;
		end if;
	end loop;
	return placed;
end
$function$;
comment on function lma.place_stray_activity() is 'Moves events from the default partition to the partition of their month. For the owner, when lma doctor recommends it.';

CREATE OR REPLACE FUNCTION lma.plan_dispatch()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION lma.plan_leads(filter jsonb, order_by text, row_limit bigint, row_offset bigint, columns text, is_tried boolean, OUT statement text, OUT is_trial boolean, OUT is_all_or_nothing boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	organization integer := lma.current_organization_id();
	conditions text[] := array[format('organization_id = %s', organization)];
	-- Not by the id alone: its primary key knows no organization, and would be walked through those of others. Each but
	-- lastContacted and updated is that of an index, read in one direction or the other.
	sort_order text := case order_by
		when 'created desc' then 'created_at desc, id desc'
		when 'created asc' then 'created_at, id'
		when 'lastContacted desc' then 'last_contacted_at desc nulls last, id desc'
		-- Who was never contacted has waited longest.
		when 'lastContacted asc' then 'last_contacted_at nulls first, id'
		when 'name desc' then 'lower(last_name) desc, lower(first_name) desc, id desc'
		when 'name asc' then 'lower(last_name), lower(first_name), id'
		when 'score desc' then 'score desc, id'
		when 'score asc' then 'score, id desc'
		when 'updated desc' then 'updated_at desc, id desc'
		when 'updated asc' then 'updated_at, id'
	end;
	is_by_creation boolean := sort_order like 'created_at%';
	-- Whether an index has the order, so that the first rows of it cost no more than themselves.
	is_indexed boolean := order_by not like 'updated%' and order_by not like 'lastContacted%';
	tags jsonb := filter -> 'tags';
	custom_fields jsonb := filter -> 'customFields';
	words tsquery;
	-- The words as a condition that idx_leads_search serves, and as comparisons, those of documents first.
	indexed text;
	documents text[] := '{}';
	compared text[] := '{}';
	key text;
	status text;
	is_rare boolean;
	in_status text := case
		when jsonb_array_length(filter -> 'status') = 1 then format('status = %L', filter #>> '{status,0}')
		when jsonb_array_length(filter -> 'status') > 1 then
			format('status = any (%L)', array(select jsonb_array_elements_text(filter -> 'status')))
	end;
	after_keys jsonb := filter #> '{after,key}';
	after_id integer := (filter #>> '{after,id}')::integer;
	-- What comes after a place, as conditions of which a row meets one at most, each the range of an index where the order is
	-- that of one.
	ranges text[] := '{}';
	range text;
	parts text[] := '{}';
	rest text;
	having_words bigint;
	looked_at bigint;
begin
	if organization is null then
		return;
	end if;
	if sort_order is null then
		raise invalid_parameter_value using message = format('Leads cannot be ordered by %s', left(order_by, 60));
	end if;

	if filter ? 'anyOf' then
		statement := format(
			'select %s from public.leads where organization_id = %s and id = any (%L::integer[]) order by %s limit $1 offset $2',
			columns, organization,
			array(
				select lma.find_leads((filter - 'anyOf') || alternative, order_by, row_limit + row_offset)
				from jsonb_array_elements(filter -> 'anyOf') as alternative
			),
			sort_order);
		return;
	end if;

	if filter ? 'after' then
		ranges := case
			when order_by in ('created desc', 'updated desc') then
				array[format('(%s, id) < (%L::timestamptz, %L::integer)', split_part(sort_order, ' ', 1), after_keys ->> 0, after_id)]
			when order_by in ('created asc', 'updated asc') then
				array[format('(%s, id) > (%L::timestamptz, %L::integer)', split_part(sort_order, ',', 1), after_keys ->> 0, after_id)]
			when order_by like 'name %' then
				array[format('(lower(last_name), lower(first_name), id) %s (%L::text, %L::text, %L::integer)',
					case order_by when 'name asc' then '>' else '<' end, after_keys ->> 0, after_keys ->> 1, after_id)]
			-- The index has the ids in the other direction.
			when order_by = 'score desc' then
				array[
					format('score = %L::integer and id > %L::integer', after_keys ->> 0, after_id),
					format('score < %L::integer', after_keys ->> 0)]
			when order_by = 'score asc' then
				array[
					format('score = %L::integer and id < %L::integer', after_keys ->> 0, after_id),
					format('score > %L::integer', after_keys ->> 0)]
			when order_by = 'lastContacted desc' and after_keys ->> 0 is null then
				array[format('last_contacted_at is null and id < %L::integer', after_id)]
			when order_by = 'lastContacted desc' then
				array[format('((last_contacted_at, id) < (%L::timestamptz, %L::integer) or last_contacted_at is null)',
					after_keys ->> 0, after_id)]
			when order_by = 'lastContacted asc' and after_keys ->> 0 is null then
				array[format('(last_contacted_at is not null or id > %L::integer)', after_id)]
			when order_by = 'lastContacted asc' then
				array[format('(last_contacted_at, id) > (%L::timestamptz, %L::integer)', after_keys ->> 0, after_id)]
		end;
		conditions := conditions || format('(%s)', array_to_string(ranges, ' or '));
	end if;

	for key in select jsonb_object_keys(filter) loop
		conditions := conditions || case key
			when 'status' then case when jsonb_array_length(filter -> key) > 0 then 'true' else 'false' end
			when 'source' then
				format('source = any (%L)', array(select jsonb_array_elements_text(filter -> key)))
			when 'leadTemperature' then
				format('lead_temperature = any (%L)', array(select jsonb_array_elements_text(filter -> key)))
			when 'minScore' then format('score >= %L::integer', filter ->> key)
			when 'maxScore' then format('score <= %L::integer', filter ->> key)
			when 'assignedToId' then format('assigned_to_id = %L::integer', filter ->> key)
			when 'unassigned' then case when (filter -> key)::boolean then 'assigned_to_id is null' else 'true' end
			when 'email' then format('email_key = %L', lower(filter ->> key))
			when 'createdAfter' then format('created_at >= %L::timestamptz', filter ->> key)
			when 'createdBefore' then format('created_at < %L::timestamptz', filter ->> key)
			when 'updatedAfter' then format('updated_at >= %L::timestamptz', filter ->> key)
			when 'updatedBefore' then format('updated_at < %L::timestamptz', filter ->> key)
			when 'contactedAfter' then format('last_contacted_at >= %L::timestamptz', filter ->> key)
			when 'contactedBefore' then format('last_contacted_at < %L::timestamptz', filter ->> key)
			when 'neverContacted' then
				case when (filter -> key)::boolean then 'first_contacted_at is null' else 'first_contacted_at is not null' end
			when 'ids' then
				format('id = any (%L::integer[])', array(select jsonb_array_elements_text(filter -> key)))
			when 'campaignId' then
				format('id in (select m.lead_id from public.campaign_leads m where m.organization_id = %s and m.campaign_id = %L::integer%s)',
					organization, filter ->> key,
					case when filter ? 'membershipStatuses' then
						format(' and m.status = any (%L)', array(select jsonb_array_elements_text(filter -> 'membershipStatuses')))
					end)
			when 'membershipStatuses' then
				case
					when filter ? 'campaignId' then 'true'
					else format('id in (select m.lead_id from public.campaign_leads m where m.organization_id = %s and m.status = any (%L))',
						organization, array(select jsonb_array_elements_text(filter -> key)))
				end
			when 'after' then 'true'
			when 'customFieldConditions' then 'true'
			when 'tags' then 'true'
			when 'customFields' then 'true'
			when 'search' then 'true'
		end;
		if conditions[cardinality(conditions)] is null then
			raise invalid_parameter_value using message = format('Leads cannot be filtered by %s', left(key, 60));
		end if;
	end loop;

	-- Inside coalesce a condition counts for little: that few leads have the words is known from the search index.
	if filter ? 'tags' then
		documents := documents || format('coalesce(tags @> %L, false)', tags);
	end if;
	if filter ? 'customFields' then
		documents := documents || format('coalesce(custom_fields @> %L, false)', custom_fields);
	end if;
	if filter ? 'customFieldConditions' then
		documents := documents || lma.custom_field_conditions(filter -> 'customFieldConditions');
	end if;
	compared := documents;
	if filter ? 'search' then
		words := lma.words_query(organization, filter ->> 'search');
		if words is null then
			return;
		end if;
		compared := compared || format(
			$condition$coalesce(
				' ' || lower(replace(replace(replace(replace(
					first_name || ' ' || last_name || coalesce(' ' || company, '') || coalesce(' ' || job_title, '') || ' ' || email,
					'.', ' '), '@', ' '), '-', ' '), '''', ' ')) like all (%L), false)$condition$,
			lma.words_patterns(filter ->> 'search'));
	end if;
	words := coalesce(words && lma.json_query(organization, tags), words, lma.json_query(organization, tags));
	words := coalesce(
		words && lma.json_query(organization, custom_fields), words, lma.json_query(organization, custom_fields));
	if filter ? 'customFieldConditions' then
		words := coalesce(
			words && lma.custom_field_words(organization, filter -> 'customFieldConditions'),
			words,
			lma.custom_field_words(organization, filter -> 'customFieldConditions'));
	end if;
	if words is not null then
		indexed := format(
			-- The expression of idx_leads_search.
			$expression$(
				array_to_tsvector(string_to_array(lower('o' || organization_id::text || 'x' || replace(replace(replace(replace(replace(
					first_name || ' ' || last_name || coalesce(' ' || company, '') || coalesce(' ' || job_title, '') || ' ' || email,
					'.', ' '), '@', ' '), '-', ' '), '''', ' '), ' ', ' o' || organization_id::text || 'x')), ' '))
				|| case
					when tags is null and custom_fields is null then ''
					else to_tsvector('simple', replace(
						coalesce(left(tags::text, 50000), '') || coalesce(left(custom_fields::text, 100000), ''),
						'"', ' j' || organization_id::text || 'x'))
				end
			) @@ %L::tsquery$expression$,
			words);
	end if;

	-- The planner does not know how many leads have a word that is none of the most common, and takes it for hundreds: the
	-- first fifty tell. What many have is compared along the index that the rest asks for, as far as a thousand leads; it costs
	-- a tenth of looking it up. What few have is fetched through the search index, whatever else is asked for. Where there are no fifty,
	-- all are compared.
	if indexed is not null and row_limit + row_offset <= 100000 and not is_tried then
		rest := array_to_string(conditions || in_status, ' and ');
		execute format(
			'select count(*) filter (where %s), count(*)
			from (select * from public.leads where organization_id = %s order by %s limit 50) l',
			array_to_string(compared, ' and '), organization,
			case when is_indexed then sort_order else 'created_at desc, id desc' end)
		into having_words, looked_at;
		if looked_at < 50 then
			statement := format(
				'select %s from (select * from public.leads where organization_id = %s offset 0) l where %s order by %s limit $1 offset $2',
				columns, organization, array_to_string(conditions || in_status || compared, ' and '), sort_order);
			return;
		elsif having_words < 3 then
			is_all_or_nothing := true;
			is_trial := true;
			statement := format(
				'with having_words as materialized (select * from public.leads where %1$s limit 1001)
				select %2$s
				from having_words
				where %3$s
					and (select count(*) from having_words) <= 1000
				order by %4$s
				limit $1
				offset $2',
				indexed, columns, array_to_string(conditions || in_status || documents, ' and '), sort_order);
			return;
		elsif is_indexed then
			is_trial := true;
			statement := format(
				'select %1$s
				from (select * from public.leads where %2$s order by %3$s limit 1000) l
				where %4$s
				order by %3$s
				limit $1
				offset $2',
				columns, rest, sort_order, array_to_string(compared, ' and '));
			return;
		else
			-- All of them have to be compared.
			indexed := null;
		end if;
	end if;
	-- What is null is left out of the text.
	conditions := conditions || compared || indexed;

	-- Each status by itself, written out: its index is partial, and is for literals. In the order of another
	-- index, where a status has few leads, those are taken and sorted: the planner expects one lead in seven, and would read
	-- all along that index for none. So with the ranges of a place: together they are no range of any index.
	for status in
		select distinct value
		from jsonb_array_elements_text(filter -> 'status')
		union all
		select null
		where not filter ? 'status'
			and cardinality(ranges) > 1
	loop
		is_rare := false;
		if status is not null and is_indexed and not is_by_creation then
			execute format(
				'select count(*) <= 1000
				from (
					select
					from public.leads
					where organization_id = %s
						and status = %L
					order by created_at desc, id desc
					limit 1001
				) l', organization, status)
			into is_rare;
		end if;
		foreach range in array case when cardinality(ranges) > 1 then ranges else array['true'] end loop
			parts := parts || format(
				'(select * from (select * from public.leads where %s and %s and %s %s) l order by %s limit $1 + $2)',
				case when status is null then 'true' else format('status = %L', status) end, range, array_to_string(conditions, ' and '),
				case when is_rare then 'offset 0' end, sort_order);
		end loop;
	end loop;

	statement := format(
		'select %s from %s leads where %s order by %s limit $1 offset $2',
		columns,
		case when parts = '{}' then 'public.leads' else format('(%s)', array_to_string(parts, ' union all ')) end,
		case when parts = '{}' then array_to_string(conditions, ' and ') else 'true' end,
		sort_order);
end
$function$;
comment on function lma.plan_leads(jsonb,text,bigint,bigint,text,boolean) is 'The statement by which leads that meet a filter are read, in order.';

CREATE OR REPLACE FUNCTION lma.prepare_totals()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	insert into lma.totals_checks (organization_id)
	select id
	from new_rows
	on conflict do nothing;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.quiet_lead_columns()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select array['score', 'lead_temperature', 'status', 'assigned_to_id', 'updated_at', 'email_key',
		'first_contacted_at', 'last_contacted_at', 'last_engagement_date']
$function$;

CREATE OR REPLACE FUNCTION lma.read_leads(filter jsonb, order_by text DEFAULT 'created desc'::text, row_limit bigint DEFAULT NULL::bigint, row_offset bigint DEFAULT 0)
 RETURNS SETOF public.leads
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
	plan record;
	found bigint;
begin
	select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, '*', false);
	if plan.statement is null then
		return;
	end if;
	return query execute plan.statement using row_limit, row_offset;
	get diagnostics found = row_count;
	if plan.is_trial and found < row_limit and not (plan.is_all_or_nothing and found > 0) then
		select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, '*', true);
		return query execute plan.statement using row_limit - found, row_offset + found;
	end if;
end
$function$;
comment on function lma.read_leads(jsonb,text,bigint,bigint) is 'The leads that meet a filter, a page in order; each call is planned with its values.';
grant execute on routine lma.read_leads(jsonb,text,bigint,bigint) to lma_app;
grant execute on routine lma.read_leads(jsonb,text,bigint,bigint) to lma_readonly;

CREATE OR REPLACE FUNCTION lma.rebase_events(ahead boolean DEFAULT false)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '1s'
AS $function$
declare
	this_cluster bigint := (select s.system_identifier from pg_control_system() s);
	newest bigint;
	shift bigint;
begin
	perform pg_advisory_xact_lock(hashtextextended('lma.rebase_events', 0));
	if ahead then
		lock table public.activity_logs in share row exclusive mode;
	elsif (select c.last_value from lma.event_clock_cluster c) = this_cluster then
		return (select c.last_value from lma.event_clock_shift c);
	end if;
	select greatest(
		(
			select max(last_event.transaction_id::text::bigint)
			from public.organizations o
			cross join lateral (
				select a.transaction_id
				from public.activity_logs a
				where a.organization_id = o.id
				order by a.transaction_id desc, a.id desc
				limit 1
			) last_event
		),
		(select max(s.cursor_transaction::text::bigint) from lma.event_subscriptions s),
		0)
	into newest;
	select greatest(c.last_value, newest - pg_snapshot_xmin(pg_current_snapshot())::text::bigint + 1)
	into shift
	from lma.event_clock_shift c;
	-- In this order: whoever finds the cluster right takes the shift for right.
	perform setval('lma.event_clock_shift', shift);
	perform setval('lma.event_clock_cluster', this_cluster);
	return shift;
end
$function$;

CREATE OR REPLACE FUNCTION lma.register_again(workflow_ids integer[], overwritten integer[])
 RETURNS SETOF integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	own_id integer := lma.current_organization_id();
begin
	perform
	from public.workflow_sync_states s
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
	order by s.workflow_id
	for no key update;
	update public.workflow_sync_states s
	set claimed_at = now(),
		last_error = null,
		apply_attempts = 0,
		apply_after = null
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids);
	-- Also where none are known: what was edited a moment ago has not been seen yet.
	update public.workflow_sync_states s
	set overwrite_requested_at = now()
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
		and s.workflow_id = any(overwritten)
		and s.registration_id is not null;
	return query
		select s.workflow_id
		from public.workflow_sync_states s
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and s.overwrite_requested_at = now()
			and (s.draft_edits is not null or s.published_edits is not null);
	perform lma.want_workflow_sync(array(
		select distinct w.integration_id
		from public.workflows w
		where w.organization_id = own_id
			and w.id = any(workflow_ids)
			and w.integration_id is not null));
end
$function$;
comment on function lma.register_again(integer[],integer[]) is 'Has the worker begin anew with workflows of the current organization, and undo edits of those in the second list.';
grant execute on routine lma.register_again(integer[],integer[]) to lma_app;

CREATE OR REPLACE FUNCTION lma.release_events(subscription text, claim_epoch bigint, reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	update lma.event_subscriptions s
	set epoch = s.epoch + 1,
		claimed_transaction = null,
		claimed_id = null,
		lease_owner = null,
		lease_until = null,
		last_error = coalesce(left(reason, 1000), s.last_error),
		updated_at = now()
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription
		and s.epoch = claim_epoch
		and s.lease_owner is not null;
	return found;
end
$function$;
comment on function lma.release_events(text,bigint,text) is 'Returns a lease: what was not acknowledged is handed out again.';
grant execute on routine lma.release_events(text,bigint,text) to lma_app;

CREATE OR REPLACE FUNCTION lma.renew_events(subscription text, claim_epoch bigint, lease_seconds double precision)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	update lma.event_subscriptions s
	set lease_until = clock_timestamp() + make_interval(secs => lease_seconds),
		updated_at = now()
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription
		and s.epoch = claim_epoch
		and s.lease_owner is not null;
	return found;
end
$function$;
comment on function lma.renew_events(text,bigint,double precision) is 'Extends a lease while it is held.';
grant execute on routine lma.renew_events(text,bigint,double precision) to lma_app;

CREATE OR REPLACE FUNCTION lma.repair_totals(organization integer)
 RETURNS TABLE(user_id integer, leads bigint, score_sum bigint, qualified bigint, won bigint, communications bigint, notes bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
begin
	update lma.totals_checks
	set claimed_at = now()
	where organization_id = organization;
	if not found then
		return;
	end if;
	perform set_config('lma.keeps_totals', 'on', true);
	return query
	with drift as materialized (
		select *
		from lma.totals_drift(organization)
	), of_leads as (
		insert into lma.lead_total_deltas
		select organization, user_id, leads, score_sum, qualified, won
		from drift
		where (leads, score_sum, qualified, won) <> (0, 0, 0, 0)
	), of_communications as (
		insert into lma.communication_total_deltas
		select organization, user_id, communications
		from drift
		where communications <> 0
	), of_notes as (
		insert into lma.note_total_deltas
		select organization, user_id, notes
		from drift
		where notes <> 0
	)
	select *
	from drift;
	perform set_config('lma.keeps_totals', '', true);
end
$function$;
comment on function lma.repair_totals(integer) is 'Appends the drift as deltas, and returns it.';
grant execute on routine lma.repair_totals(integer) to lma_worker;

CREATE OR REPLACE FUNCTION lma.request_workflow_sync(integration_ids integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	own_id integer := lma.current_organization_id();
	own_integrations integer[] := array(
		select i.id
		from public.integrations i
		where i.organization_id = own_id
			and i.integration_type = 'n8n'
			and i.id = any(integration_ids));
begin
	update public.workflow_sync_states s
	set apply_after = null
	from public.workflows w
	where s.organization_id = own_id
		and s.apply_after is not null
		and w.organization_id = own_id
		and w.id = s.workflow_id
		and w.integration_id = any(own_integrations);
	perform lma.want_workflow_sync(own_integrations);
end
$function$;
comment on function lma.request_workflow_sync(integer[]) is 'Asks the worker to scan these n8n instances of the current organization now.';
grant execute on routine lma.request_workflow_sync(integer[]) to lma_app;

CREATE OR REPLACE FUNCTION lma.retention_setting(settings jsonb, key text, highest integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select case
		when settings #>> array['retention', key] ~ '^\d{1,5}$'
			and (settings #>> array['retention', key])::integer between 1 and highest
		then (settings #>> array['retention', key])::integer
	end
$function$;

CREATE OR REPLACE FUNCTION lma.retire_partition(OUT outcome text, OUT part text, OUT detail text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET lock_timeout TO '1s'
AS $function$
declare
	policy lma.partition_policy;
	oldest_kept timestamptz;
	reader record;
	left_behind integer;
begin
	outcome := 'none';
	select p.*
	into policy
	from lma.partition_policy p;
	if policy.keep_months is null then
		return;
	end if;
	oldest_kept := (date_trunc('month', now() at time zone 'UTC') - make_interval(months => policy.keep_months))
		at time zone 'UTC';
	select c.relname
	into part
	from lma.activity_parts(oldest_kept) p
	join pg_class c on c.oid = p
	where c.relnamespace = 'public'::regnamespace
		and c.relname ~ '^activity_logs_\d{4}_\d\d$'
	order by c.relname
	limit 1;
	if part is null then
		return;
	end if;
	for reader in
		select s.*, lma.is_stale(s.moved_at) as is_stale
		from lma.event_subscriptions s
		order by is_stale, s.organization_id, s.name
	loop
		execute format(
			'select count(*)
			from (
				select
				from public.%I a
				where a.organization_id = $1
					and (a.transaction_id, a.id) > ($2, $3)
				limit 1
			) unread', part)
		into left_behind
		using reader.organization_id, reader.cursor_transaction, reader.cursor_id;
		continue when left_behind = 0;
		detail := format('subscription %s of organization %s', reader.name, reader.organization_id);
		if not reader.is_stale then
			outcome := 'kept';
			-- Once a day is enough.
			if not exists (
				select
				from lma.retention_log l
				where l.organization_id is null
					and l.subject = part
					and l.logged_at > now() - interval '20 hours'
			) then
				insert into lma.retention_log (subject, detail)
				values (part, format('kept: %s has not read all of it', detail));
			end if;
			return;
		end if;
		update lma.event_subscriptions s
		set last_error = format('events of %s were removed before they were read', right(part, 7)),
			updated_at = now()
		where s.organization_id = reader.organization_id
			and s.name = reader.name;
	end loop;
	execute format('alter table public.activity_logs detach partition public.%I', part);
	if policy.retire_by = 'drop' then
		execute format('drop table public.%I', part);
		outcome := 'dropped';
	else
		execute format('alter table public.%I set schema lma_archive', part);
		outcome := 'detached';
	end if;
	insert into lma.retention_log (subject, detail)
	values (part, outcome || coalesce(', not read by ' || detail, ''));
end
$function$;
comment on function lma.retire_partition() is 'Detaches or drops the oldest month of events that nobody keeps.';
grant execute on routine lma.retire_partition() to lma_worker;

CREATE OR REPLACE FUNCTION lma.return_campaign_departures()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if not exists (select from unmerged where departures <> '[]') then
		return null;
	end if;
	with kept as materialized (
		select u.organization_id, u.lead_id, d.*
		from unmerged u
		join public.leads l on l.organization_id = u.organization_id and l.id = u.lead_id
		cross join jsonb_to_recordset(u.departures) as d(
			campaign_id integer, left_at timestamptz, survivor_id integer, carried_at timestamptz)
	), taken as (
		delete from lma.campaign_departures d
		using kept k
		where d.organization_id = k.organization_id
			and d.campaign_id = k.campaign_id
			and d.lead_id = k.survivor_id
			and d.left_at = k.carried_at
			and not exists (
				select
				from lma.lead_merges e
				join lma.merged_leads m on m.organization_id = e.organization_id and m.merge_id = e.id
				cross join jsonb_to_recordset(m.departures) as p(campaign_id integer, carried_at timestamptz)
				where e.organization_id = k.organization_id
					and e.current_lead_id = k.survivor_id
					and e.survivor_id = k.survivor_id
					and p.campaign_id = k.campaign_id
					and p.carried_at = k.carried_at
			)
	)
	insert into lma.campaign_departures (organization_id, campaign_id, lead_id, left_at)
	select k.organization_id, k.campaign_id, k.lead_id, k.left_at
	from kept k
	join public.campaigns c on c.organization_id = k.organization_id and c.id = k.campaign_id
	order by k.organization_id, k.campaign_id, k.lead_id
	on conflict do nothing;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.return_suppressions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	if not exists (select from unmerged where suppressions <> '[]') then
		return null;
	end if;
	with kept as materialized (
		select u.organization_id, u.lead_id, s.*
		from unmerged u
		join public.leads l on l.organization_id = u.organization_id and l.id = u.lead_id
		cross join jsonb_to_recordset(u.suppressions) as s(
			communication_type public.communication_type_enum, reason text, source text, user_id integer,
			created_at timestamptz, added_id bigint)
	), taken as (
		delete from public.suppressions s
		using kept k
		where s.organization_id = k.organization_id
			and s.id = k.added_id
	)
	insert into public.suppressions (organization_id, communication_type, lead_id, reason, source, user_id, created_at)
	select k.organization_id, k.communication_type, k.lead_id, k.reason, k.source, u.id, k.created_at
	from kept k
	left join public.users u on u.organization_id = k.organization_id and u.id = k.user_id
	on conflict do nothing;
	return null;
end
$function$;

CREATE OR REPLACE FUNCTION lma.rule_matches(actual jsonb, operator text, expected jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select coalesce(
		case rule_matches.operator
			when 'isSet' then coalesce(actual, 'null') not in ('null', '""', '[]', '{}')
			when 'isNotSet' then coalesce(actual, 'null') in ('null', '""', '[]', '{}')
			when 'equals' then lower(actual #>> '{}') = lower(expected #>> '{}')
			when 'notEquals' then lower(actual #>> '{}') is distinct from lower(expected #>> '{}')
			when 'contains' then case jsonb_typeof(actual)
				when 'array' then exists (
					select
					from jsonb_array_elements_text(actual) as element
					where lower(element) = lower(expected #>> '{}')
				)
				else strpos(lower(actual #>> '{}'), lower(expected #>> '{}')) > 0
			end
			when 'startsWith' then starts_with(lower(actual #>> '{}'), lower(expected #>> '{}'))
			when 'endsWith' then
				right(lower(actual #>> '{}'), length(expected #>> '{}')) = lower(expected #>> '{}')
			when 'in' then case jsonb_typeof(expected)
				when 'array' then exists (
					select
					from jsonb_array_elements_text(expected) as element
					where lower(element) = lower(actual #>> '{}')
				)
			end
			when 'greaterThan' then lma.json_number(actual) > lma.json_number(expected)
			when 'lessThan' then lma.json_number(actual) < lma.json_number(expected)
		end,
		false)
$function$;
comment on function lma.rule_matches(jsonb,text,jsonb) is 'Whether a value of a lead meets a scoring rule.';
grant execute on routine lma.rule_matches(jsonb,text,jsonb) to lma_app;
grant execute on routine lma.rule_matches(jsonb,text,jsonb) to lma_worker;

CREATE OR REPLACE FUNCTION lma.scan_events(organization integer, after_transaction xid8, after_id bigint, horizon xid8, row_limit integer)
 RETURNS SETOF public.activity_logs
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_sort TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
begin
	return query
	select a.*
	from public.activity_logs a
	where a.organization_id = organization
		and (a.transaction_id, a.id) > (after_transaction, after_id)
		and a.transaction_id < horizon
	order by a.transaction_id, a.id
	limit row_limit;
end
$function$;

CREATE OR REPLACE PROCEDURE lma.secure_table(IN secured regclass, IN organization_column name DEFAULT 'organization_id'::name)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $procedure$
begin
	execute pg_catalog.format('alter table %s enable row level security', secured);
	execute pg_catalog.format('alter table %s force row level security', secured);
	execute pg_catalog.format(
		'create policy tenant on %s to lma_app, lma_readonly
			using (%2$I = (select lma.current_organization_id()))
			with check (%2$I = (select lma.current_organization_id()))',
		secured, organization_column);
	execute pg_catalog.format('create policy worker on %s to lma_worker using (true) with check (true)', secured);
	execute pg_catalog.format('create policy owner on %s to lma_owner using (true) with check (true)', secured);
end
$procedure$;

CREATE OR REPLACE FUNCTION lma.set_lead_values(tenant integer, lead_ids integer[], lead_values jsonb[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	update public.leads l
	set (email, first_name, last_name, company, job_title, phone, website, linkedin_url, lead_temperature, expected_close_date,
			status, source, score, value, notes, tags, custom_fields, assigned_to_id, first_contacted_at, last_contacted_at,
			last_engagement_date) = (
		select r.email, r.first_name, r.last_name, r.company, r.job_title, r.phone, r.website, r.linkedin_url,
			r.lead_temperature, r.expected_close_date, r.status, r.source, r.score, r.value, r.notes, r.tags, r.custom_fields,
			r.assigned_to_id, r.first_contacted_at, r.last_contacted_at, r.last_engagement_date
		from jsonb_populate_record(l, given.changed) as r
	)
	from unnest(lead_ids, lead_values) as given(id, changed)
	where l.organization_id = tenant
		and l.id = given.id
		and given.changed <> '{}';
end
$function$;
comment on function lma.set_lead_values(integer,integer[],jsonb[]) is 'Sets columns of leads, for merging and for undoing a merge.';

CREATE OR REPLACE FUNCTION lma.settle_publication_again(workflow_ids integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	own_id integer := lma.current_organization_id();
	asked integer[];
begin
	perform
	from public.workflow_sync_states s
	where s.organization_id = own_id
		and s.workflow_id = any(workflow_ids)
	order by s.workflow_id
	for no key update;
	-- Of workflows that are wanted differently from before, none of it holds any more: their trigger has seen to them.
	with again as (
		update public.workflow_sync_states s
		set is_publication_settled = false,
			is_publication_heard = false,
			overruled_at = null,
			last_error = case when s.overruled_at is null then s.last_error end,
			apply_attempts = case when s.overruled_at is null then s.apply_attempts else 0 end,
			apply_after = case when s.overruled_at is null then s.apply_after end
		where s.organization_id = own_id
			and s.workflow_id = any(workflow_ids)
			and (s.is_publication_settled or s.is_publication_heard or s.overruled_at is not null)
		returning s.workflow_id
	)
	select array_agg(again.workflow_id)
	into asked
	from again;
	if asked is not null then
		perform lma.want_workflow_sync(array(
			select distinct w.integration_id
			from public.workflows w
			where w.organization_id = own_id
				and w.id = any(asked)
				and w.integration_id is not null));
	end if;
end
$function$;
comment on function lma.settle_publication_again(integer[]) is 'Has the worker bring about the desired publication state of these workflows though it was changed in n8n by hand.';
grant execute on routine lma.settle_publication_again(integer[]) to lma_app;

CREATE OR REPLACE FUNCTION lma.subscription_lag(subscription text, scan_limit integer, OUT behind integer, OUT is_more boolean, OUT oldest_at timestamp with time zone)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	own lma.event_subscriptions;
begin
	select s.*
	into own
	from lma.event_subscriptions s
	where s.organization_id = lma.current_organization_id()
		and s.name = subscription;
	select count(*) filter (where e.activity_type = any(own.event_types)), count(*) = scan_limit,
		min(e.created_at) filter (where e.activity_type = any(own.event_types))
	into behind, is_more, oldest_at
	from lma.scan_events(
		own.organization_id, own.cursor_transaction, own.cursor_id, lma.event_horizon(), scan_limit) e;
end
$function$;
comment on function lma.subscription_lag(text,integer) is 'How far a subscription is behind.';
grant execute on routine lma.subscription_lag(text,integer) to lma_app;
grant execute on routine lma.subscription_lag(text,integer) to lma_readonly;

CREATE OR REPLACE FUNCTION lma.totals_drift(organization integer)
 RETURNS TABLE(user_id integer, leads bigint, score_sum bigint, qualified bigint, won bigint, communications bigint, notes bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select user_id, sum(leads)::bigint, sum(score_sum)::bigint, sum(qualified)::bigint, sum(won)::bigint,
		sum(communications)::bigint, sum(notes)::bigint
	from (
		select coalesce(assigned_to_id, 0) as user_id, count(*) as leads, sum(score) as score_sum,
			count(*) filter (where status = 'QUALIFIED') as qualified,
			count(*) filter (where status = 'CLOSED_WON') as won, 0 as communications, 0 as notes
		from public.leads
		where organization_id = organization
		group by 1
		union all
		select coalesce(user_id, 0), 0, 0, 0, 0, count(*), 0
		from public.communications
		where organization_id = organization
		group by 1
		union all
		select coalesce(user_id, 0), 0, 0, 0, 0, 0, count(*)
		from public.lead_notes
		where organization_id = organization
		group by 1
		union all
		select user_id, -leads, -score_sum, -qualified, -won, 0, 0
		from lma.lead_totals
		where organization_id = organization
		union all
		select user_id, -leads, -score_sum, -qualified, -won, 0, 0
		from lma.lead_total_deltas
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, -communications, 0
		from lma.communication_totals
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, -communications, 0
		from lma.communication_total_deltas
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, 0, -notes
		from lma.note_totals
		where organization_id = organization
		union all
		select user_id, 0, 0, 0, 0, 0, -notes
		from lma.note_total_deltas
		where organization_id = organization
	) compared
	group by user_id
	having sum(leads) <> 0 or sum(score_sum) <> 0 or sum(qualified) <> 0 or sum(won) <> 0
		or sum(communications) <> 0 or sum(notes) <> 0
	order by user_id
$function$;
comment on function lma.totals_drift(integer) is 'Rows minus totals, user by user, where they differ.';
grant execute on routine lma.totals_drift(integer) to lma_worker;

CREATE OR REPLACE FUNCTION lma.totals_state(OUT drift bigint, OUT deltas_pending bigint, OUT checked_at timestamp with time zone)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select
		coalesce(sum(c.drift), 0)::bigint,
		(select count(*) from lma.lead_total_deltas)
			+ (select count(*) from lma.communication_total_deltas)
			+ (select count(*) from lma.note_total_deltas),
		min(c.checked_at)
	from lma.totals_checks c
$function$;
comment on function lma.totals_state() is 'What the last comparisons found, and how many deltas are waiting.';
grant execute on routine lma.totals_state() to lma_worker;

CREATE OR REPLACE FUNCTION lma.touch_changed_lead()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	changed_at timestamptz := old.updated_at;
begin
	-- What does not count. The generated column has no value before the row is written.
	old.updated_at := new.updated_at;
	old.email_key := null;
	-- Byte by byte, for a program of its own may have added columns of types that know no equality.
	new.updated_at := case when new *<> old then now() else changed_at end;
	return new;
end
$function$;
comment on function lma.touch_changed_lead() is 'Keeps updated_at of a lead: the time of the last update that changed something.';

CREATE OR REPLACE FUNCTION lma.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	new.updated_at := now();
	return new;
end
$function$;

CREATE OR REPLACE PROCEDURE lma.tune_activity_partition(IN tuned regclass)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $procedure$
begin
	execute format(
		'alter table %s set (
			autovacuum_freeze_min_age = 0,
			autovacuum_vacuum_threshold = 2000,
			autovacuum_vacuum_scale_factor = 0.05,
			autovacuum_vacuum_insert_threshold = 10000,
			autovacuum_vacuum_insert_scale_factor = 0.1,
			autovacuum_analyze_threshold = 2000,
			autovacuum_analyze_scale_factor = 0.02
		)', tuned);
end
$procedure$;
comment on procedure lma.tune_activity_partition(regclass) is 'Gives a partition of activity_logs the autovacuum settings that all of them have.';

CREATE OR REPLACE FUNCTION lma.unmerge_leads(undos jsonb)
 RETURNS TABLE(ordinal integer, merge_id bigint, survivor_id integer, problem text, blocked_by bigint, changed_columns text[], restored_ids integer[], missing bigint, owners_missing bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
#variable_conflict use_column
declare
	tenant integer := lma.current_organization_id();
	undo record;
	merge lma.lead_merges;
	duplicate lma.merged_leads;
	current_lead jsonb;
	earlier jsonb;
	snapshot_columns text;
	moved bigint;
	last_event bigint;
	part regclass;
begin
	if tenant is null then
		return;
	end if;
	-- Leads before merges, as merging locks them.
	perform
	from public.leads l
	where l.organization_id = tenant
		and l.id in (
			select e.current_lead_id
			from lma.lead_merges e
			where e.organization_id = tenant
				and e.id in (select (u ->> 'merge_id')::bigint from jsonb_array_elements(undos) as u)
		)
	order by l.id
	for update;

	for undo in
		select u.*
		from jsonb_to_recordset(undos) as u(ordinal integer, merge_id bigint, if_changed text)
		order by u.ordinal
	loop
		ordinal := undo.ordinal;
		merge_id := undo.merge_id;
		survivor_id := null;
		problem := null;
		blocked_by := null;
		changed_columns := '{}';
		restored_ids := '{}';
		missing := 0;
		owners_missing := 0;
		select *
		into merge
		from lma.lead_merges e
		where e.organization_id = tenant
			and e.id = undo.merge_id
		for update;
		if not found then
			problem := 'not_found';
			return next;
			continue;
		end if;
		survivor_id := merge.survivor_id;
		if merge.current_lead_id <> merge.survivor_id then
			problem := 'merged_on';
			select m.merge_id
			into blocked_by
			from lma.merged_leads m
			where m.organization_id = tenant
				and m.lead_id = merge.survivor_id;
			return next;
			continue;
		end if;
		select to_jsonb(l)
		into current_lead
		from public.leads l
		where l.organization_id = tenant
			and l.id = merge.survivor_id
		for update;
		changed_columns := array(
			select a.key
			from jsonb_each(merge.survivor_after) as a
			where a.value is distinct from current_lead -> a.key
				and a.key <> all(lma.contact_columns())
			order by a.key
		);
		if changed_columns <> '{}' and undo.if_changed not in ('keep', 'overwrite') then
			problem := 'changed';
			return next;
			continue;
		end if;
		select coalesce(jsonb_object_agg(b.key, b.value), '{}')
		into earlier
		from jsonb_each(merge.survivor_before) as b
		where b.key <> all(lma.contact_columns())
			and (b.key <> all(changed_columns) or undo.if_changed = 'overwrite');
		last_event := lma.last_event_id(tenant);

		-- A user may have been deleted since, and the owner was theirs then.
		if earlier ->> 'assigned_to_id' is not null and not exists (
			select from public.users u where u.organization_id = tenant and u.id = (earlier ->> 'assigned_to_id')::integer
		) then
			earlier := earlier - 'assigned_to_id';
			owners_missing := owners_missing + 1;
		end if;
		update lma.merged_leads m
		set lead = m.lead || '{"assigned_to_id": null}'
		where m.organization_id = tenant
			and m.merge_id = merge.id
			and m.lead ->> 'assigned_to_id' is not null
			and not exists (
				select from public.users u where u.organization_id = tenant and u.id = (m.lead ->> 'assigned_to_id')::integer
			);
		get diagnostics moved = row_count;
		owners_missing := owners_missing + moved;

		-- Columns that came after the merge take their defaults.
		select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
		into snapshot_columns
		from pg_attribute a
		where a.attrelid = 'public.leads'::regclass
			and a.attnum > 0
			and not a.attisdropped
			and a.attgenerated = ''
			and (
				select bool_and(m.lead ? a.attname)
				from lma.merged_leads m
				where m.organization_id = tenant
					and m.merge_id = merge.id
			);
		execute format(
			'insert into public.leads (%1$s)
			select %1$s
			from (
				select r.*
				from lma.merged_leads m
				cross join lateral jsonb_populate_record(null::public.leads, m.lead) as r
				where m.organization_id = $1
					and m.merge_id = $2
				order by m.lead_id
			) restored', snapshot_columns)
		using tenant, merge.id;
		restored_ids := array(
			select m.lead_id
			from lma.merged_leads m
			where m.organization_id = tenant
				and m.merge_id = merge.id
			order by m.lead_id
		);

		-- One after the other: joined to 10,000 ids out of an array, each row would be compared with each of them.
		for duplicate in
			select m.*
			from lma.merged_leads m
			where m.organization_id = tenant
				and m.merge_id = merge.id
			order by m.lead_id
		loop
			update public.communications c
			set lead_id = duplicate.lead_id
			where c.organization_id = tenant
				and c.lead_id = merge.survivor_id
				and c.id = any(duplicate.communication_ids);
			get diagnostics moved = row_count;
			missing := missing + cardinality(duplicate.communication_ids) - moved;
			update public.lead_notes n
			set lead_id = duplicate.lead_id
			where n.organization_id = tenant
				and n.lead_id = merge.survivor_id
				and n.id = any(duplicate.note_ids);
			get diagnostics moved = row_count;
			missing := missing + cardinality(duplicate.note_ids) - moved;
			update public.campaign_leads cl
			set lead_id = duplicate.lead_id
			where cl.organization_id = tenant
				and cl.lead_id = merge.survivor_id
				and cl.id = any(duplicate.membership_ids);
			insert into public.campaign_leads (id, organization_id, campaign_id, lead_id, status, added_at, updated_at)
			select r.id, tenant, r.campaign_id, duplicate.lead_id, r.status, r.added_at, r.updated_at
			from jsonb_populate_recordset(null::public.campaign_leads, duplicate.dropped_memberships) as r
			join public.campaigns c on c.organization_id = tenant and c.id = r.campaign_id
			on conflict do nothing;
			for part in
				select 'public.activity_logs'::regclass
				union all
				select c.oid::regclass
				from pg_class c
				where c.relnamespace = 'lma_archive'::regnamespace
					and c.relkind = 'r'
			loop
				execute format(
					'update %s a set lead_id = $1 where a.organization_id = $2 and a.lead_id = $3 and a.id = any($4)', part)
				using duplicate.lead_id, tenant, merge.survivor_id, duplicate.activity_ids;
			end loop;
			update lma.lead_merges e
			set current_lead_id = duplicate.lead_id
			where e.organization_id = tenant
				and e.id = any(duplicate.merge_ids);
		end loop;
		perform lma.forget_moves(tenant, last_event);

		-- Dates of contact: what was said since the merge counts for the lead whose communication it is now.
		update public.leads l
		set first_contacted_at = least(l.first_contacted_at, said.first_contact),
			last_contacted_at = greatest(l.last_contacted_at, said.last_contact),
			last_engagement_date = greatest(l.last_engagement_date, said.engagement)
		from lma.contact_dates(tenant, restored_ids) as said
		where l.organization_id = tenant
			and l.id = said.lead_id
			and (l.first_contacted_at, l.last_contacted_at, l.last_engagement_date) is distinct from (
				least(l.first_contacted_at, said.first_contact), greatest(l.last_contacted_at, said.last_contact),
				greatest(l.last_engagement_date, said.engagement));
		select earlier || coalesce(jsonb_object_agg(dated.key, dated.value), '{}')
		into earlier
		from (
			select b.key,
				to_jsonb(case b.key
					when 'first_contacted_at' then least(b.base, said.first_contact)
					when 'last_contacted_at' then greatest(b.base, said.last_contact)
					else greatest(b.base, said.engagement)
				end) as value
			from (
				select c.key,
					-- One that went on stays, unless a lead that is there again took it along.
					(case
						when current_lead -> c.key = merge.survivor_after -> c.key or exists (
							select
							from public.leads l
							where l.organization_id = tenant
								and l.id = any(restored_ids)
								and to_jsonb(l) -> c.key = current_lead -> c.key
						) then merge.survivor_before
						else current_lead
					end ->> c.key)::timestamptz as base
				from unnest(lma.contact_columns()) as c(key)
			) b
			left join lma.contact_dates(tenant, array[merge.survivor_id]) as said on true
		) dated
		where coalesce(dated.value, 'null') <> current_lead -> dated.key;

		last_event := lma.last_event_id(tenant);
		perform lma.set_lead_values(tenant, array[merge.survivor_id], array[earlier]);
		-- What the lead had from others in between is theirs: when they are deleted, its history is not to keep it. The event
		-- of the merge and that of undoing it say which columns changed, and the lead's own values.
		update public.activity_logs a
		set activity_metadata = a.activity_metadata
			|| jsonb_build_object('changed', array(select jsonb_object_keys(a.activity_metadata -> 'before')), 'before', '{}'::jsonb)
		where a.organization_id = tenant
			and a.lead_id = merge.survivor_id
			and a.activity_type = 'lead.updated'
			and a.transaction_id = (select lma.event_transaction_id())
			and a.created_at = now()
			and a.id > last_event;
		for part in
			select 'public.activity_logs'::regclass
			union all
			select c.oid::regclass
			from pg_class c
			where c.relnamespace = 'lma_archive'::regnamespace
				and c.relkind = 'r'
		loop
			execute format(
				$sql$
					update %1$s a
					set activity_metadata = a.activity_metadata || jsonb_build_object(
						'changed', array(select jsonb_object_keys(a.activity_metadata -> 'after')), 'after', '{}'::jsonb)
					from %1$s m
					where m.organization_id = $1
						and m.lead_id = $2
						and m.activity_type = 'lead.merged'
						and m.activity_metadata #> '{after,merge_id}' = to_jsonb($3)
						and a.organization_id = $1
						and a.lead_id = $2
						and a.activity_type = 'lead.updated'
						and a.created_at = m.created_at
						and a.transaction_id = m.transaction_id
						and a.id < m.id
				$sql$, part)
			using tenant, merge.survivor_id, merge.id;
		end loop;
		-- Later merges found what this one had made: undone in their turn, they are not to bring it back.
		update lma.lead_merges e
		set survivor_before = e.survivor_before || (
			select coalesce(jsonb_object_agg(b.key, merge.survivor_before -> b.key), '{}')
			from jsonb_each(e.survivor_before) as b
			where b.value = merge.survivor_after -> b.key
		)
		where e.organization_id = tenant
			and e.current_lead_id = merge.survivor_id
			and e.survivor_id = merge.survivor_id
			and e.id > merge.id;
		insert into public.activity_logs (
			organization_id, lead_id, user_id, transaction_id, activity_type, activity_metadata)
		select tenant, concerned.id, lma.actor_id(), lma.event_transaction_id(), 'lead.unmerged',
			jsonb_build_object('after', jsonb_build_object(
				'merge_id', merge.id, 'survivor_id', merge.survivor_id, 'restored_ids', restored_ids))
		from unnest(array[merge.survivor_id] || restored_ids) as concerned(id)
		order by concerned.id;
		delete from lma.lead_merges e
		where e.organization_id = tenant
			and e.id = merge.id;
		return next;
	end loop;
	perform lma.notify_events(array[tenant]);
end
$function$;
comment on function lma.unmerge_leads(jsonb) is 'Undoes merges: restores the duplicates with everything that was theirs.';
grant execute on routine lma.unmerge_leads(jsonb) to lma_app;

CREATE OR REPLACE FUNCTION lma.update_contact_dates(lead_ids integer[], directions public.communication_direction_enum[], contacted_at timestamp with time zone[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	execute $sql$
		with contact as (
			select c.lead_id,
				min(c.contacted_at) filter (where c.direction = 'outbound') as first_contact,
				max(c.contacted_at) filter (where c.direction = 'outbound') as last_contact,
				max(c.contacted_at) filter (where c.direction = 'inbound') as engagement
			from unnest($1, $2, $3) as c(lead_id, direction, contacted_at)
			group by c.lead_id
		), locked as (
			-- In one order, so that two bulk writes cannot wait for each other.
			select l.id
			from public.leads l
			where l.id in (select lead_id from contact)
			order by l.id
			for no key update
		)
		update public.leads l
		set first_contacted_at = least(l.first_contacted_at, c.first_contact),
			last_contacted_at = greatest(l.last_contacted_at, c.last_contact),
			last_engagement_date = greatest(l.last_engagement_date, c.engagement)
		from contact c
		join locked on locked.id = c.lead_id
		where l.id = c.lead_id
	$sql$
	using lead_ids, directions, contacted_at;
end
$function$;

CREATE OR REPLACE FUNCTION lma.use_organization(slug text, n8n_workflow_id text DEFAULT NULL::text, n8n_execution_id text DEFAULT NULL::text, actor_id integer DEFAULT NULL::integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	found_id integer;
	found_active boolean;
begin
	select o.id, o.is_active
	into found_id, found_active
	from public.organizations o
	where o.slug = use_organization.slug
		and (
			not lma.is_tenant_login()
			or exists (
				select
				from lma.tenant_logins t
				where t.login = session_user
					and t.organization_id = o.id
			)
		);
	if found_id is null then
		raise exception using
			errcode = 'LM001',
			message = format('Organization %s not found', use_organization.slug);
	end if;
	if not found_active then
		raise exception using
			errcode = 'LM004',
			message = format('Organization %s is deactivated', use_organization.slug);
	end if;
	if use_organization.actor_id is not null and not exists (
		select
		from public.users u
		where u.organization_id = found_id
			and u.id = use_organization.actor_id
	) then
		raise exception using
			errcode = 'LM003',
			message = format('User %s does not belong to organization %s', use_organization.actor_id, use_organization.slug),
			hint = 'Name one of its users as the acting user, or none.';
	end if;
	perform set_config('lma.organization_id', found_id::text, true);
	perform set_config('lma.n8n_workflow_id', coalesce(use_organization.n8n_workflow_id, ''), true);
	perform set_config('lma.n8n_execution_id', coalesce(use_organization.n8n_execution_id, ''), true);
	perform set_config('lma.actor_id', coalesce(use_organization.actor_id::text, ''), true);
	return found_id;
end
$function$;
comment on function lma.use_organization(text,text,text,integer) is 'Chooses the organization for the rest of the transaction, and records who acts.';
grant execute on routine lma.use_organization(text,text,text,integer) to lma_app;
grant execute on routine lma.use_organization(text,text,text,integer) to lma_readonly;

CREATE OR REPLACE FUNCTION lma.want_workflow_sync(integration_ids integer[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
	perform
	from public.integrations i
	where i.id = any(integration_ids)
	order by i.id
	for no key update;
	update public.integrations i
	set sync_requested = i.sync_requested + 1
	where i.id = any(integration_ids);
	perform lma.notify_worker('workflows');
end
$function$;
comment on function lma.want_workflow_sync(integer[]) is 'Asks for a scan of these n8n instances, and wakes the worker.';

CREATE OR REPLACE FUNCTION lma.words_patterns(phrase text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select array_agg('% ' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%')
	from lma.phrase_words(phrase) as word
$function$;

CREATE OR REPLACE FUNCTION lma.words_query(organization_id integer, phrase text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
	select string_agg(format('''o%sx%s'':*', organization_id, replace(word, '\', '\\')), ' & ')::tsquery
	from lma.phrase_words(phrase) as word
$function$;

CREATE OR REPLACE FUNCTION lma.workflows_registration_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	renamed integer[];
begin
	update public.workflow_sync_states s
	set registration_id = null,
		create_started_at = null,
		applied_template_key = null,
		applied_content = null,
		draft_edits = null,
		published_edits = null,
		edits_in_words = null,
		refused_template_key = null,
		overwrite_requested_at = null,
		rename_requested_at = null,
		is_publication_settled = false,
		overruled_at = null,
		claimed_at = null,
		left_out = null,
		last_error = null,
		apply_attempts = 0,
		apply_after = null,
		last_applied_at = null,
		-- What nobody wants is judged by other rules.
		judged_by = null
	from after_rows n
	join before_rows o on o.id = n.id
	where o.registered_name is not null
		and n.registered_name is null
		and s.organization_id = n.organization_id
		and s.workflow_id = n.id;
	renamed := array(
		select n.id
		from after_rows n
		join before_rows o on o.id = n.id
		where o.registered_name <> n.registered_name);
	if cardinality(renamed) > 0 then
		-- Also what n8n has not made yet: it may be making it at this moment.
		insert into public.workflow_sync_states as s (workflow_id, organization_id, rename_requested_at)
		select n.id, n.organization_id, now()
		from after_rows n
		where n.id = any(renamed)
		order by n.id
		on conflict (workflow_id) do update
		set rename_requested_at = excluded.rename_requested_at,
			last_error = null,
			apply_attempts = 0,
			apply_after = null;
		perform lma.want_workflow_sync(array(
			select distinct n.integration_id
			from after_rows n
			where n.id = any(renamed)
				and n.integration_id is not null));
	end if;
	return null;
end
$function$;
comment on function lma.workflows_registration_changed() is 'Has the worker rename a workflow in n8n, or forgets what it did with one that is no longer registered.';

CREATE OR REPLACE FUNCTION lma.workflows_want_sync()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
	wanted integer[];
begin
	if tg_op = 'INSERT' then
		wanted := array(select n.id from after_rows n where n.desired_active is not null);
	else
		wanted := array(
			select n.id
			from after_rows n
			join before_rows o on o.id = n.id
			where n.desired_active is not null
				and n.configuration is distinct from o.configuration);
		update public.workflow_sync_states s
		set apply_attempts = 0,
			apply_after = null,
			last_error = null
		where s.workflow_id = any(wanted)
			and (s.apply_attempts > 0 or s.last_error is not null);
		update public.workflow_sync_states s
		set is_publication_settled = false,
			is_publication_heard = false,
			overruled_at = null
		from after_rows n
		join before_rows o on o.id = n.id
		where s.workflow_id = n.id
			and n.desired_active is distinct from o.desired_active
			and (s.is_publication_settled or s.is_publication_heard or s.overruled_at is not null);
	end if;
	if cardinality(wanted) > 0 then
		perform lma.want_workflow_sync(array(
			select distinct i.id
			from after_rows n
			join public.integrations i on i.organization_id = n.organization_id
				and (i.id = n.integration_id or n.integration_id is null)
			where n.id = any(wanted)
				and i.integration_type = 'n8n'));
	end if;
	return null;
end
$function$;
comment on function lma.workflows_want_sync() is 'Asks for a scan when the desired state of a workflow has changed.';
