/**
 * The indexes that the schema document names, with ours for the tenth "custom" one. They stay whoever uses them: a client
 * written for the document may.
 */
export const DOCUMENTED_INDEXES = [
	'ix_users_email',
	'ix_users_username',
	'ix_users_id',
	'ix_organizations_slug',
	'ix_organizations_name',
	'ix_organizations_id',
	'ix_leads_email',
	'ix_leads_company',
	'ix_leads_status',
	'ix_leads_source',
	'idx_leads_org_status_score',
	'idx_leads_assigned_status',
	'idx_leads_score_temp',
	'idx_leads_created_org',
	'idx_leads_org_email',
	'idx_communications_lead_type_date',
	'idx_communications_scheduled_status',
	'idx_activity_logs_lead_type_date',
	'idx_campaign_leads_campaign_status',
	'idx_workflows_org_active',
] as const;
