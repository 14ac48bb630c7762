-- A lead's score is the sum of the points of the rules it meets, clamped to 0–100.
create table scoring_rules (
	id serial primary key,
	organization_id integer not null references organizations (id) on delete cascade,
	name varchar(255) not null,
	-- A column of leads in camelCase, or customFields.<key>.
	field varchar(255) not null,
	operator varchar(20) not null,
	value jsonb,
	points integer not null,
	is_active boolean not null default true,
	created_at timestamptz not null default now(),
	updated_at timestamptz not null default now(),
	constraint scoring_rules_name_key unique (organization_id, name),
	constraint scoring_rules_points_in_range check (points between -100 and 100),
	constraint scoring_rules_operator_known check (operator in (
		'equals', 'notEquals', 'contains', 'startsWith', 'endsWith', 'in', 'greaterThan', 'lessThan', 'isSet', 'isNotSet'
	)),
	constraint scoring_rules_sizes_in_range check (
		octet_length(value::text) <= 16777216
	)
);

comment on table scoring_rules is 'Points a lead gets for meeting a condition.';
comment on column scoring_rules.field is 'A column of leads in camelCase, or customFields.<key>.';
comment on constraint scoring_rules_sizes_in_range on scoring_rules is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index scoring_rules_pkey is 'Serves finding a rule by id, and the order in which rules were written.';
comment on index scoring_rules_name_key is
	'Serves the rules of an organization, and the promise that their names differ.';

call lma.secure_table('public.scoring_rules');
grant select, delete on scoring_rules to lma_app;
grant select on scoring_rules to lma_worker, lma_readonly;
grant insert (
	organization_id, name, field, operator, value, points, is_active, created_at, updated_at
) on scoring_rules to lma_app;
grant update (
	name, field, operator, value, points, is_active, created_at, updated_at
) on scoring_rules to lma_app;
grant usage on sequence scoring_rules_id_seq to lma_app;

create trigger scoring_rules_touch_updated_at before update on scoring_rules
	for each row execute function lma.touch_updated_at();

create function lma.json_number(value jsonb) returns float8
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
	select case
		when jsonb_typeof(value) = 'number' then
			case when value::numeric between -1e300 and 1e300 then value::float8 end
		when value #>> '{}' ~ '^\s*[-+]?\d{1,250}(\.\d+)?\s*$' then (value #>> '{}')::float8
	end
$$;
comment on function lma.json_number(jsonb) is 'A JSON number, or a text that is one, as a number; null for anything else.';
grant execute on function lma.json_number(jsonb) to lma_app, lma_worker;

-- Does a lead's value meet a rule? Text compares without case; a value that is no number meets no comparison.
create function lma.rule_matches(actual jsonb, operator text, expected jsonb) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function lma.rule_matches(jsonb, text, jsonb) is 'Whether a value of a lead meets a scoring rule.';
grant execute on function lma.rule_matches(jsonb, text, jsonb) to lma_app, lma_worker;
