-- What every table and index is for, said in the database itself: docs/database.md and `lma doctor` read it there.

-- A trigger function runs as its owner, and whoever may execute it can hang it on a table of their own: with a
-- temporary one a tenant could write and delete the events of another. Nobody needs the right to fire a trigger.
revoke all on all routines in schema lma from public;
alter default privileges for role lma_owner revoke execute on routines from public;

-- A user's communications come newest first; the key of the foreign key alone left all of them to be sorted.
create index idx_communications_org_user on communications (organization_id, user_id, id);
drop index ix_communications_user_id;
create index idx_communications_org_scheduled on communications (organization_id, scheduled_at, id)
	where status = 'scheduled';
-- By creation, not by id: the primary key gives the order of ids as well, and would be walked through all that succeeded.
create index idx_communications_org_failed on communications (organization_id, created_at desc, id desc)
	where status in ('failed', 'cancelled');
create index idx_leads_org_close_date on leads (organization_id, expected_close_date)
	where expected_close_date is not null;
create index idx_lead_notes_org_date on lead_notes (organization_id, created_at desc, id desc);
create index idx_users_org_name on users (organization_id, last_name, first_name, id);
create index idx_users_org_sales_reps on users (organization_id, id)
	where is_active and role = 'SALES_REP';
-- By status as a condition of the index: under row security an enumeration cannot be one of its columns.
create index idx_campaigns_org_active on campaigns (organization_id, start_date)
	where status = 'active';
create index idx_integrations_org_broken on integrations (organization_id, id)
	where status <> 'active';
create index idx_workflows_org_trigger_type on workflows (organization_id, trigger_type);
create index idx_workflows_org_category on workflows (organization_id, category);
-- The unique key with n8n_workflow_id does the same.
drop index ix_workflows_integration_id;

-- The document's own indexes. Those that do not start with the organization are of no use under row security; they stay
-- for a platform that reads across organizations.
comment on index ix_users_email is 'Serves the promise that an e-mail address belongs to one user, and logging in by it.';
comment on index ix_users_username is 'Serves the promise that a user name belongs to one user, and logging in by it.';
comment on index ix_users_id is 'Serves nothing that users_pkey does not; kept because the schema document names it.';
comment on index ix_organizations_slug is 'Serves lma.use_organization(), which finds the organization of a credential by its slug.';
comment on index ix_organizations_name is 'Serves a platform that finds or lists organizations by name.';
comment on index ix_organizations_id is 'Serves nothing that organizations_pkey does not; kept because the schema document names it.';
comment on index ix_leads_email is 'Serves a platform that finds an address across organizations; within one, idx_leads_org_email does.';
comment on index ix_leads_company is 'Serves a platform that lists the leads of a company across organizations.';
comment on index ix_leads_status is 'Serves a platform that counts or lists by status across organizations.';
comment on index ix_leads_source is 'Serves a platform that counts or lists by source across organizations.';
comment on index idx_leads_org_status_score is 'Serves the leads of an organization in one status, best score first.';
comment on index idx_leads_assigned_status is 'Serves the number of open leads a user has, by which leads are assigned to the least loaded.';
comment on index idx_leads_score_temp is 'Serves a platform that ranks leads by score and temperature across organizations.';
comment on index idx_leads_org_email is 'Serves finding a lead by its address, in any letter case, as upsert does for every row.';
comment on index idx_communications_lead_type_date is 'Serves the history of a lead, all or of one type, and its deletion.';
comment on index idx_communications_scheduled_status is 'Serves a platform that looks for what is scheduled across organizations.';
comment on index idx_workflows_org_active is 'Serves the active workflows of an organization.';
comment on index idx_activity_logs_lead_type_date is 'Serves the timeline of a lead, all or of one type, and its deletion.';
comment on index idx_campaign_leads_campaign_status is 'Serves the members of a campaign by status, and its deletion.';

-- Ours.
comment on index organizations_pkey is 'Serves the foreign keys to organizations and their row security.';
comment on index users_pkey is 'Serves joins to the user and finding one by id.';
comment on index users_organization_id_id_key is 'Serves the foreign keys that name a user together with the organization, and counting its users.';
comment on index idx_users_org_name is 'Serves the list of an organization''s users by name.';
comment on index idx_users_org_sales_reps is 'Serves the choice among active sales representatives when leads are assigned.';
comment on index leads_pkey is 'Serves finding, changing and joining leads by id.';
comment on index leads_organization_id_id_key is 'Serves the foreign keys that name a lead together with the organization.';
comment on index idx_leads_org_close_date is 'Serves the leads expected to close in a range of days.';
comment on index lead_notes_pkey is 'Serves finding a note by id.';
comment on index ix_lead_notes_lead_id is 'Serves the notes of a lead, newest first.';
comment on index ix_lead_notes_user_id is 'Serves the notes of a user, and deleting that user.';
comment on index ix_lead_notes_organization_id is 'Serves deleting leads with their notes, also while the table has never been analyzed.';
comment on index idx_lead_notes_org_date is 'Serves the newest notes of an organization.';
comment on index communications_pkey is 'Serves finding, claiming and finishing communications by id.';
comment on index ix_communications_organization_id is 'Serves the newest communications of an organization.';
comment on index idx_communications_org_user is 'Serves the newest communications of a user, and deleting that user.';
comment on index idx_communications_org_failed is 'Serves the newest communications of an organization that failed, and wait for a person, or were cancelled.';
comment on index idx_communications_org_scheduled is 'Serves what an organization has scheduled in a range of time.';
comment on index idx_communications_dispatch is 'Serves the worker''s claim of what is due, organization by organization.';
comment on index idx_communications_unfinished is 'Serves the search for communications whose worker vanished while sending.';
comment on index communication_attempts_pkey is 'Serves the attempts of a communication, and its deletion.';
comment on index ix_communication_attempts_organization_id is 'Serves deleting an organization.';
comment on index campaigns_pkey is 'Serves finding a campaign by id.';
comment on index campaigns_organization_id_id_key is 'Serves the foreign keys that name a campaign together with the organization, and its newest campaigns.';
comment on index ix_campaigns_created_by is 'Serves deleting a user who made campaigns.';
comment on index idx_campaigns_org_active is 'Serves the campaigns of an organization that run, by start date.';
comment on index campaign_leads_pkey is 'Serves finding a membership by id.';
comment on index ix_campaign_leads_lead_id is 'Serves the campaigns of a lead.';
comment on index ix_campaign_leads_organization_id is 'Serves deleting leads with their memberships, also while the table has never been analyzed.';
comment on index integrations_pkey is 'Serves finding an integration by id.';
comment on index integrations_organization_id_id_key is 'Serves the foreign key of workflows, which names an integration together with the organization.';
comment on index integrations_name_key is 'Serves connecting the same thing twice, which changes it, and finding the webhook of an organization.';
comment on index ix_integrations_created_by is 'Serves deleting a user who made integrations.';
comment on index idx_integrations_org_broken is 'Serves the connections of an organization that are broken or switched off.';
comment on index workflows_pkey is 'Serves finding a workflow by id.';
comment on index ix_workflows_organization_id is 'Serves the newest workflows of an organization, and counting them.';
comment on index ix_workflows_created_by is 'Serves deleting a user who made workflows.';
comment on index idx_workflows_org_trigger_type is 'Serves the workflows of an organization with one kind of trigger.';
comment on index idx_workflows_org_category is 'Serves the workflows of an organization in one category.';
comment on index workflow_sync_states_pkey is 'Serves the state of a workflow, and its deletion.';
comment on index ix_workflow_sync_states_organization_id is 'Serves deleting an organization.';
comment on index scoring_rules_pkey is 'Serves finding a rule by id, and the order in which rules were written.';
comment on index scoring_rules_name_key is 'Serves the rules of an organization, and the promise that their names differ.';
comment on index assignment_rotations_pkey is 'Serves finding and locking the place where round robin stands.';
comment on index activity_logs_pkey is 'Serves finding an event by id.';
comment on index ix_activity_logs_organization_transaction is 'Serves reading the events of an organization in the order of their commits.';
comment on index lma.migrations_pkey is 'Serves the order of the migrations.';
comment on index lma.tenant_logins_pkey is 'Serves row security, which asks for the organization of a tenant login.';
comment on index lma.ix_tenant_logins_organization_id is 'Serves deleting an organization with its logins.';

comment on view v_lead_summary is 'Leads with their owner and the counts of their communications and notes.';
comment on view v_organization_metrics is 'Totals of an organization.';
comment on view v_user_productivity is 'What a user has on their desk and has done.';

comment on table organizations is 'The tenants. Every other row belongs to one of them.';
comment on table users is 'The people of an organization: owners of leads, authors of notes. They log in to another program, not to PostgreSQL.';
comment on table leads is 'Who might buy.';
comment on table lead_notes is 'What somebody wrote down about a lead.';
comment on table communications is 'What was said to a lead and what is scheduled to be said.';
comment on table communication_attempts is 'One row for every time a worker took a communication to send it.';
comment on table campaigns is 'Efforts that leads are gathered for.';
comment on table campaign_leads is 'Which leads are in which campaign.';
comment on table integrations is 'The n8n instances, mail servers and webhooks an organization is connected to.';
comment on table workflows is 'n8n workflows, registered here or found there.';
comment on table workflow_sync_states is 'What n8n last said of a workflow.';
comment on table scoring_rules is 'Points a lead gets for meeting a condition.';
comment on table assignment_rotations is 'Where round robin stands, for every set of users it turns among.';
comment on table activity_logs is 'Every change to leads, communications and memberships, by month: audit trail, timeline and feed of events. Written by triggers only.';
comment on table lma.migrations is 'Which migrations have run.';
comment on table lma.tenant_logins is 'Which organization a PostgreSQL login in lma_tenant is bound to.';

-- Columns beyond the schema document.
comment on column leads.email_key is 'The address in lower case, stored, because an index on lower(email) is not used under row security.';
comment on column communications.organization_id is 'The organization of the lead; filled in when it is not given.';
comment on column communications.dispatch_at is 'When the worker looks at the row next: the time it is due, a lease while it is worked on, or a retry.';
comment on column communications.dispatch_epoch is 'Fencing token: whoever holds an older one may no longer finish the row.';
comment on column communications.schedule_version is 'Counts schedules and reschedules; part of the idempotency key.';
comment on column communications.dispatch_started_at is 'Set, and committed, before anything is sent. From here on a cancel comes too late.';
comment on column communications.failure_reason is 'A stable code such as smtp_550, for communications that failed.';
comment on column workflows.integration_id is 'The n8n instance it lives in. Workflow ids are unique within one instance only.';
comment on column integrations.configuration is 'Addresses and options; nothing secret.';
comment on column integrations.secret_ciphertext is 'AES-256-GCM; only the worker can read it, and only with LMA_ENCRYPTION_KEY make sense of it.';
comment on column integrations.secret_key_id is 'Which key it was encrypted with.';
comment on column scoring_rules.field is 'A column of leads in camelCase, or customFields.<key>.';
comment on column assignment_rotations.pool_key is '''team'' for all sales representatives, else the user ids in order, comma between.';
comment on column activity_logs.activity_metadata is '{"before": {…}, "after": {…}} with column names as keys.';
comment on column activity_logs.transaction_id is 'Readers take rows in the order of this, below the oldest transaction still running: ids alone would skip rows that commit late.';
