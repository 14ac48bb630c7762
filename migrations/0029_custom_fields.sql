-- Conditions on custom fields, compared by the type that a field is registered with. Each is an object: key; type, one of a
-- custom field's or free; operator; values, as texts.

-- The conditions as SQL, each true or false and never an error, whatever a lead has there: values that are older than the
-- register, or that another program wrote, may be of any type. Raises invalid_parameter_value for an operator that a type does
-- not know.
create function lma.custom_field_conditions(conditions jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;
comment on function lma.custom_field_conditions(jsonb) is
	'Conditions on custom fields as SQL for lma.find_leads(), which compares by type and never raises an error.';

-- Words that every lead has that meets the conditions; null where they ask for none. Those of the key alone where the stored
-- value may be written in more than one way.
create function lma.custom_field_words(organization_id integer, conditions jsonb) returns tsquery
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
	select string_agg(format('(%s)', words), ' & ')::tsquery
	from jsonb_array_elements(conditions) as condition
	cross join lateral (
		select string_agg(format('(%s)', lma.json_query(organization_id, jsonb_build_object(condition ->> 'key', variant))), ' | ')
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
	) as valued(words_of_values)
	cross join lateral (
		select coalesce(
			words_of_values, lma.json_query(organization_id, jsonb_build_object(condition ->> 'key', null))::text) as words
	) w
	where condition ->> 'operator' not in ('notEquals', 'notExists')
$$;
comment on function lma.custom_field_words(integer, jsonb) is
	'Words of idx_leads_search that every lead has that meets conditions on custom fields.';

-- As before, with conditions on custom fields.
create or replace function lma.find_leads(
	filter jsonb,
	order_by text default 'newest',
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof integer
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off -- Compiling takes longer than reading a page of a list, whatever rows the plan expects.
as $$
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
		-- What earlier versions of the node ask for.
		when 'newest' then 'created_at desc, id desc'
		when 'oldest' then 'created_at, id'
		when 'score' then 'score desc, id'
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
	parts text[] := '{}';
	page text := format('limit %L::bigint offset %L::bigint', row_limit, row_offset);
	rest text;
	having_words bigint;
	found_ids integer[];
	is_answered boolean;
begin
	if organization is null then
		return;
	end if;
	if sort_order is null then
		raise invalid_parameter_value using message = format('Leads cannot be ordered by %s', left(order_by, 60));
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
			when 'tags' then 'true'
			when 'customFields' then 'true'
			when 'customFieldConditions' then 'true'
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
	words := coalesce(
		words && lma.custom_field_words(organization, filter -> 'customFieldConditions'),
		words,
		lma.custom_field_words(organization, filter -> 'customFieldConditions'));
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
	-- a tenth of looking it up. What few have is fetched through the search index, whatever else is asked for.
	if indexed is not null and row_limit + row_offset <= 100000 then
		rest := array_to_string(conditions || in_status, ' and ');
		execute format(
			'select count(*)
			from (select * from public.leads where organization_id = %s order by %s limit 50) l
			where %s',
			organization, case when is_indexed then sort_order else 'created_at desc, id desc' end,
			array_to_string(compared, ' and '))
		into having_words;
		if having_words >= 3 and not is_indexed then
			-- All of them have to be compared.
			is_answered := false;
			indexed := null;
		elsif having_words >= 3 then
			execute format(
				'select array(
					select id
					from (select * from public.leads where %1$s order by %2$s limit 1000) l
					where %3$s
					order by %2$s
					%4$s)',
				rest, sort_order, array_to_string(compared, ' and '), page)
			into found_ids;
			is_answered := cardinality(found_ids) = row_limit;
			if not is_answered then
				execute format(
					'select count(*) < 1000 from (select from public.leads where %s order by %s limit 1000) l', rest, sort_order)
				into is_answered;
			end if;
		else
			execute format(
				'select coalesce((array_agg(id order by %s) filter (where %s))[%s:%s], %L), count(*) <= 1000
				from (select * from public.leads where %s limit 1001) l',
				sort_order, array_to_string(conditions || in_status || documents, ' and '),
				row_offset + 1, row_offset + row_limit, '{}', indexed)
			into found_ids, is_answered;
		end if;
		if is_answered then
			return query select unnest(found_ids);
			return;
		end if;
	end if;
	-- What is null is left out of the text.
	conditions := conditions || compared || indexed;

	-- Each status by itself, written out: its index is partial, and is for literals. In the order of another
	-- index, where a status has few leads, those are taken and sorted: the planner expects one lead in seven, and would read
	-- all along that index for none.
	for status in select distinct value from jsonb_array_elements_text(filter -> 'status') loop
		is_rare := false;
		if is_indexed and not is_by_creation then
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
		parts := parts || format(
			'(select id, created_at, updated_at, last_contacted_at, score, first_name, last_name
			from (select * from public.leads where status = %L and %s %s) l
			order by %s
			limit %L::bigint + %L::bigint)',
			status, array_to_string(conditions, ' and '), case when is_rare then 'offset 0' end, sort_order, row_limit, row_offset);
	end loop;

	return query execute format(
		'select id from %s leads where %s order by %s %s',
		case when parts = '{}' then 'public.leads' else format('(%s)', array_to_string(parts, ' union all ')) end,
		case when parts = '{}' then array_to_string(conditions, ' and ') else 'true' end,
		sort_order, page);
end
$$;
