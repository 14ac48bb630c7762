-- As before; and a key or a value without any word, such as "-", narrows nothing down instead of being no query at all.
create or replace function lma.custom_field_words(organization_id integer, conditions jsonb) returns tsquery
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;
