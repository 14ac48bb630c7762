-- Notes on leads.

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
		references users (organization_id, id) on delete set null (user_id),
	constraint lead_notes_sizes_in_range check (
		octet_length(content) <= 16777216
	)
);

comment on table lead_notes is 'What somebody wrote down about a lead.';
comment on constraint lead_notes_sizes_in_range on lead_notes is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index lead_notes_pkey is 'Serves finding a note by id.';

alter table lead_notes alter column organization_id set (n_distinct = 2);

create index ix_lead_notes_lead_id on lead_notes (lead_id, created_at desc);
comment on index ix_lead_notes_lead_id is 'Serves the notes of a lead, newest first.';

create index ix_lead_notes_organization_id on lead_notes (organization_id, lead_id);
comment on index ix_lead_notes_organization_id is
	'Serves deleting leads with their notes, even while the table has never been analyzed.';

create index idx_lead_notes_org_date on lead_notes (organization_id, created_at desc, id desc);
comment on index idx_lead_notes_org_date is 'Serves the newest notes of an organization.';

create index idx_lead_notes_org_user on lead_notes (organization_id, user_id, created_at desc, id desc);
comment on index idx_lead_notes_org_user is 'Serves the newest notes of a user, and deleting that user.';

call lma.secure_table('public.lead_notes');
grant select, delete on lead_notes to lma_app;
grant select on lead_notes to lma_readonly;
grant insert (organization_id, lead_id, user_id, content, created_at, updated_at) on lead_notes to lma_app;
grant update (lead_id, user_id, content, created_at, updated_at) on lead_notes to lma_app;
grant usage on sequence lead_notes_id_seq to lma_app;

create trigger lead_notes_fill_organization before insert on lead_notes
	for each row execute function lma.fill_organization_from_lead();

create trigger lead_notes_touch_updated_at before update on lead_notes
	for each row execute function lma.touch_updated_at();
