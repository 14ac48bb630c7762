-- Which template a workflow in n8n has, so that a new one replaces what nobody has edited there, and nothing else.

alter table workflows
	add column template_key bigint generated always as (
		hashtextextended((configuration -> 'template')::text, 0)) stored;
comment on column workflows.template_key is 'Tells one template from another; null when it has none.';

alter table workflow_sync_states
	add column applied_template_key bigint,
	add column applied_version_id text;
comment on column workflow_sync_states.applied_template_key is 'template_key of what n8n was last brought to, and read back.';
comment on column workflow_sync_states.applied_version_id
	is 'versionId in n8n after the worker last wrote there: another one means that somebody has edited it since.';
