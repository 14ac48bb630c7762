-- Finding leads and communications. Under row security an index serves only operators that are leakproof: not those of enums,
-- of JSON and of full text. These functions therefore look as lma_owner, with the organization fixed inside. Whoever calls
-- them gets ids alone, and reads the rows under their own row security.

-- The words of a phrase, as idx_leads_search tells them apart.
create function lma.phrase_words(phrase text) returns setof text
language sql immutable parallel safe strict rows 3
set search_path = pg_catalog, pg_temp
as $$
	select word
	from unnest(string_to_array(lower(
		replace(replace(replace(replace(phrase, '.', ' '), '@', ' '), '-', ' '), '''', ' ')), ' ')) as word
	where word <> ''
$$;

-- Every word of the phrase, as the beginning of a word; null when there is none in it.
create function lma.words_query(organization_id integer, phrase text) returns tsquery
language sql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $$
	select string_agg(format('''o%sx%s'':*', organization_id, replace(word, '\', '\\')), ' & ')::tsquery
	from lma.phrase_words(phrase) as word
$$;

-- The same as patterns of like. A comparison costs a tenth of taking a lead's words apart.
create function lma.words_patterns(phrase text) returns text[]
language sql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $$
	select array_agg('% ' || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%')
	from lma.phrase_words(phrase) as word
$$;

-- The words of a list of tags or of a JSON object, and its numbers in every way of writing them: 50 and 50.0 are equal.
-- Null when there are none.
create function lma.json_query(organization_id integer, document jsonb) returns tsquery
language sql immutable parallel safe strict
set search_path = pg_catalog, pg_temp
as $$
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
$$;

-- The ids of the leads of the transaction's organization that meet all conditions, in order; no organization, no ids.
-- Raises invalid_parameter_value for a condition or an order that it does not know. A plan is made for each call, for the
-- values it has: one plan for all values would be right for the common status and wrong for the rare one, or the reverse.
--
-- No condition may raise an error that depends on a row: others than the organization's are compared as well.
create function lma.find_leads(
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
comment on function lma.find_leads(jsonb, text, bigint, bigint) is
	'Ids of the leads that meet a filter, a page in order; each call is planned with its values.';
grant execute on function lma.find_leads(jsonb, text, bigint, bigint) to lma_app, lma_readonly;

-- The ids of the communications of the transaction's organization that meet all conditions, in order: newest first; soonest
-- first where only what is scheduled is asked for, or a range of times. No organization, no ids. Raises
-- invalid_parameter_value for a condition that it does not know. As lma.find_leads(). Each order is that
-- of one index alone: row security keeps the planner from the statistics on enumerations, it takes one in four to have
-- failed, and to find none it would read all along another index.
create function lma.find_communications(
	filter jsonb,
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof bigint
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
	organization integer := lma.current_organization_id();
	statuses text[] := array(select jsonb_array_elements_text(filter -> 'status'));
	conditions text[] := array['organization_id = $1'];
	key text;
begin
	if organization is null then
		return;
	end if;
	for key in select jsonb_object_keys(filter) loop
		conditions := conditions || case key
			when 'leadId' then 'lead_id = $2'
			when 'userId' then 'user_id = $3'
			when 'status' then 'status = any ($4)'
			when 'communicationType' then 'communication_type = any ($5)'
			when 'direction' then 'direction = $6'
			when 'scheduledAfter' then 'scheduled_at >= $7'
			when 'scheduledBefore' then 'scheduled_at < $8'
		end;
		if conditions[cardinality(conditions)] is null then
			raise invalid_parameter_value
				using message = format('Communications cannot be filtered by %s', left(key, 60));
		end if;
	end loop;

	return query execute format(
		'select id::bigint as found from public.communications where %s order by %s limit $9 offset $10',
		array_to_string(conditions, ' and '),
		case
			when filter ? 'leadId' or (cardinality(statuses) > 0 and statuses <@ array['failed', 'cancelled']) then 'created_at desc, id desc'
			when statuses = array['scheduled'] or filter ?| array['scheduledAfter', 'scheduledBefore'] then 'scheduled_at, id'
			else 'id desc'
		end)
	using
		organization,
		(filter ->> 'leadId')::integer,
		(filter ->> 'userId')::integer,
		statuses::public.communication_status_enum[],
		array(select jsonb_array_elements_text(filter -> 'communicationType'))::public.communication_type_enum[],
		(filter ->> 'direction')::public.communication_direction_enum,
		(filter ->> 'scheduledAfter')::timestamptz,
		(filter ->> 'scheduledBefore')::timestamptz,
		row_limit,
		row_offset;
end
$$;
comment on function lma.find_communications(jsonb, bigint, bigint) is
	'The ids of the communications that meet all conditions, in order, through whatever index is best for their values.';
grant execute on function lma.find_communications(jsonb, bigint, bigint) to lma_app, lma_readonly;
