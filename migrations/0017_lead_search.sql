-- Finding leads. Under row security an index serves only operators that are leakproof: not those of enums, of JSON and
-- of full text. lma.find_leads() therefore looks as lma_owner, with the organization fixed inside. Whoever calls it gets
-- ids alone, and reads the rows under their own row security.

-- The words of names, company, job title and address, each behind the organization's own mark (`o7xmiller`): a small
-- organization does not read what large ones have. Tags and custom fields have another mark (`j7xvip`). Only functions of
-- PostgreSQL, so that every client's role may write leads; JSON beyond any use is cut off, because a row of too many
-- words would be refused.
create index idx_leads_search on leads using gin ((
	array_to_tsvector(string_to_array(lower('o' || organization_id::text || 'x' || replace(replace(replace(replace(replace(
		first_name || ' ' || last_name || coalesce(' ' || company, '') || coalesce(' ' || job_title, '') || ' ' || email,
		'.', ' '), '@', ' '), '-', ' '), '''', ' '), ' ', ' o' || organization_id::text || 'x')), ' '))
	|| case
		when tags is null and custom_fields is null then ''
		else to_tsvector('simple', replace(
			coalesce(left(tags::text, 50000), '') || coalesce(left(custom_fields::text, 100000), ''),
			'"', ' j' || organization_id::text || 'x'))
	end
));
comment on index idx_leads_search is
	'Serves lma.find_leads() by words, tags and custom fields.';

-- With the id, so that the leads of one bulk insert, all of one moment, are in order too.
drop index idx_leads_created_org;
create index idx_leads_created_org on leads (organization_id, created_at desc, id desc);
comment on index idx_leads_created_org is 'Serves the newest leads of an organization, and ranges of days.';

create index idx_leads_org_score on leads (organization_id, score desc, id);
comment on index idx_leads_org_score is 'Serves the best leads of an organization: listings and v_lead_summary by score.';

-- One for each pipeline status: under row security an equality of an enumeration gives an index of more columns no order.
do $$
declare
	label text;
begin
	foreach label in array enum_range(null::lead_status_enum)::text[] loop
		execute format(
			'create index %I on leads (organization_id, created_at desc, id desc) where status = %L',
			'idx_leads_org_' || lower(label), label);
		execute format(
			'comment on index %I is %L', 'idx_leads_org_' || lower(label),
			format('Serves the newest leads that are %s, however few there are.', label));
	end loop;
end
$$;

create index idx_leads_org_hot on leads (organization_id, created_at desc, id desc) where lead_temperature = 'hot';
comment on index idx_leads_org_hot is 'Serves the newest hot leads, however few there are.';

create index idx_leads_org_owner on leads (organization_id, assigned_to_id, created_at desc, id desc);
comment on index idx_leads_org_owner is
	'Serves the newest leads of an owner or of nobody, and the foreign key to users.';

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
	sort_order text := case order_by
		-- Not by the id alone: its primary key knows no organization, and would be walked through those of others.
		when 'newest' then 'created_at desc, id desc'
		when 'oldest' then 'created_at, id'
		when 'score' then 'score desc, id'
	end;
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
		raise invalid_parameter_value using message = format('There is no order %s of leads', left(order_by, 60));
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
			when 'neverContacted' then
				case when (filter -> key)::boolean then 'first_contacted_at is null' else 'first_contacted_at is not null' end
			when 'tags' then 'true'
			when 'customFields' then 'true'
			when 'search' then 'true'
		end;
		if conditions[cardinality(conditions)] is null then
			raise invalid_parameter_value using message = format('There is no condition %s on leads', left(key, 60));
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
			organization, sort_order, array_to_string(compared, ' and '))
		into having_words;
		if having_words >= 3 then
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

	-- Each status by itself, written out: its index is partial, and is for literals. By score, where a status has few leads, those
	-- are taken and sorted: the planner expects one lead in seven, and would read all along the index by score for none.
	for status in select distinct value from jsonb_array_elements_text(filter -> 'status') loop
		is_rare := false;
		if order_by = 'score' then
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
			'(select id, created_at, score
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

revoke all on function lma.phrase_words(text), lma.words_query(integer, text), lma.words_patterns(text),
	lma.json_query(integer, jsonb), lma.find_leads(jsonb, text, bigint, bigint) from public;
grant execute on function lma.find_leads(jsonb, text, bigint, bigint) to lma_app, lma_readonly;
