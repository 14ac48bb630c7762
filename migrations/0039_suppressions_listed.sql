-- Who must not be contacted can be listed, newest first.

create index idx_suppressions_org_id on suppressions (organization_id, id);
comment on index idx_suppressions_org_id is 'Serves listing the suppressions of an organization page by page, newest first.';
