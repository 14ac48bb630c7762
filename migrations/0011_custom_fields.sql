-- Which custom fields an organization has, of what type: what the node offers to fill in, and what values are checked by.
-- leads.custom_fields may hold more: a key that is not here is free.
create table custom_field_definitions (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	entity varchar(20) not null default 'lead',
	key varchar(100) not null,
	label varchar(255) not null,
	field_type varchar(20) not null default 'text',
	-- What may be chosen; for select and multiSelect alone.
	options jsonb not null default '[]',
	-- A new row needs a value, and it cannot be taken away.
	is_required boolean not null default false,
	position integer not null default 0,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint custom_field_definitions_key_key unique (organization_id, entity, key),
	constraint custom_field_definitions_entity_known check (entity in ('lead')),
	constraint custom_field_definitions_field_type_known check (field_type in (
		'text', 'number', 'boolean', 'date', 'select', 'multiSelect', 'url', 'email'
	)),
	-- A dot would make two keys of it in a scoring rule, and some names are not a key to every program that reads JSON.
	constraint custom_field_definitions_key_usable check (
		key ~ '^[^][{}."''`\\<>[:cntrl:]]+$' and key = btrim(key) and key not in ('__proto__', 'constructor', 'prototype')
	),
	constraint custom_field_definitions_label_usable check (btrim(label) <> '' and label !~ '[[:cntrl:]]'),
	constraint custom_field_definitions_options_usable check (
		case jsonb_typeof(options)
			when 'array' then (field_type in ('select', 'multiSelect')) = (options <> '[]')
			else false
		end
	),
	constraint custom_field_definitions_sizes_in_range check (octet_length(options::text) <= 65536)
);

comment on table custom_field_definitions is
	'The custom fields of an organization: label, type and what may be chosen.';
comment on column custom_field_definitions.key is 'The key in custom_fields of the entity''s row.';
comment on column custom_field_definitions.options is 'The texts to choose from, for a select or multiSelect.';
comment on constraint custom_field_definitions_sizes_in_range on custom_field_definitions is
	'Keeps every row small enough to dump, and a list of choices small enough to show: at most 64 kB.';
comment on index custom_field_definitions_pkey is 'Serves a definition by id.';
comment on index custom_field_definitions_key_key is
	'Serves the custom fields of an organization, and one by its key.';

call lma.secure_table('public.custom_field_definitions');
-- Written by `lma org fields` alone, as the owner.
grant select on custom_field_definitions to lma_app, lma_worker, lma_readonly;

create trigger custom_field_definitions_touch_updated_at before update on custom_field_definitions
	for each row execute function lma.touch_updated_at();
