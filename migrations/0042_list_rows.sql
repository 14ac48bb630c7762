-- Lists read their rows once. lma.read_leads() gives the rows themselves, where lma.find_leads() gave ids by which they were fetched again.

-- How to read the leads of the transaction's organization that meet all conditions, in order: as a statement that selects `columns`, with
-- the limit as $1 and the offset as $2. One that is_trial reads no further than a thousand leads: it gives the beginning of what is
-- wanted, and all of it when it gives anything and is_all_or_nothing. What then is missing, the statement gives for which
-- is_tried is true. anyOf is an array of filters of which one has to be met, and stands alone; after is a place in the
-- list: the sort keys of a row and its id. Each alternative is a list of its own, found through whatever index is best for it. Raises
-- invalid_parameter_value for a condition or an order that it does not know. No organization, no statement.
--
-- Statements have their values written out and are planned for them: one plan for all values would be right for the common status and
-- wrong for the rare one, or the reverse. No condition may raise an error that depends on a row: others than the organization's are
-- compared as well.
create function lma.plan_leads(
	filter jsonb,
	order_by text,
	row_limit bigint,
	row_offset bigint,
	columns text,
	is_tried boolean,
	out statement text,
	out is_trial boolean,
	out is_all_or_nothing boolean
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
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
	after_keys jsonb := filter #> '{after,key}';
	after_id integer := (filter #>> '{after,id}')::integer;
	-- What comes after a place, as conditions of which a row meets one at most, each the range of an index where the order is
	-- that of one.
	ranges text[] := '{}';
	range text;
	parts text[] := '{}';
	rest text;
	having_words bigint;
	looked_at bigint;
begin
	if organization is null then
		return;
	end if;
	if sort_order is null then
		raise invalid_parameter_value using message = format('Leads cannot be ordered by %s', left(order_by, 60));
	end if;

	if filter ? 'anyOf' then
		statement := format(
			'select %s from public.leads where organization_id = %s and id = any (%L::integer[]) order by %s limit $1 offset $2',
			columns, organization,
			array(
				select lma.find_leads((filter - 'anyOf') || alternative, order_by, row_limit + row_offset)
				from jsonb_array_elements(filter -> 'anyOf') as alternative
			),
			sort_order);
		return;
	end if;

	if filter ? 'after' then
		ranges := case
			when order_by in ('created desc', 'updated desc') then
				array[format('(%s, id) < (%L::timestamptz, %L::integer)', split_part(sort_order, ' ', 1), after_keys ->> 0, after_id)]
			when order_by in ('created asc', 'updated asc') then
				array[format('(%s, id) > (%L::timestamptz, %L::integer)', split_part(sort_order, ',', 1), after_keys ->> 0, after_id)]
			when order_by like 'name %' then
				array[format('(lower(last_name), lower(first_name), id) %s (%L::text, %L::text, %L::integer)',
					case order_by when 'name asc' then '>' else '<' end, after_keys ->> 0, after_keys ->> 1, after_id)]
			-- The index has the ids in the other direction.
			when order_by = 'score desc' then
				array[
					format('score = %L::integer and id > %L::integer', after_keys ->> 0, after_id),
					format('score < %L::integer', after_keys ->> 0)]
			when order_by = 'score asc' then
				array[
					format('score = %L::integer and id < %L::integer', after_keys ->> 0, after_id),
					format('score > %L::integer', after_keys ->> 0)]
			when order_by = 'lastContacted desc' and after_keys ->> 0 is null then
				array[format('last_contacted_at is null and id < %L::integer', after_id)]
			when order_by = 'lastContacted desc' then
				array[format('((last_contacted_at, id) < (%L::timestamptz, %L::integer) or last_contacted_at is null)',
					after_keys ->> 0, after_id)]
			when order_by = 'lastContacted asc' and after_keys ->> 0 is null then
				array[format('(last_contacted_at is not null or id > %L::integer)', after_id)]
			when order_by = 'lastContacted asc' then
				array[format('(last_contacted_at, id) > (%L::timestamptz, %L::integer)', after_keys ->> 0, after_id)]
		end;
		conditions := conditions || format('(%s)', array_to_string(ranges, ' or '));
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
			when 'ids' then
				format('id = any (%L::integer[])', array(select jsonb_array_elements_text(filter -> key)))
			when 'campaignId' then
				format('id in (select m.lead_id from public.campaign_leads m where m.organization_id = %s and m.campaign_id = %L::integer%s)',
					organization, filter ->> key,
					case when filter ? 'membershipStatuses' then
						format(' and m.status = any (%L)', array(select jsonb_array_elements_text(filter -> 'membershipStatuses')))
					end)
			when 'membershipStatuses' then
				case
					when filter ? 'campaignId' then 'true'
					else format('id in (select m.lead_id from public.campaign_leads m where m.organization_id = %s and m.status = any (%L))',
						organization, array(select jsonb_array_elements_text(filter -> key)))
				end
			when 'after' then 'true'
			when 'customFieldConditions' then 'true'
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
	if filter ? 'customFieldConditions' then
		words := coalesce(
			words && lma.custom_field_words(organization, filter -> 'customFieldConditions'),
			words,
			lma.custom_field_words(organization, filter -> 'customFieldConditions'));
	end if;
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
	-- a tenth of looking it up. What few have is fetched through the search index, whatever else is asked for. Where there are no fifty,
	-- all are compared.
	if indexed is not null and row_limit + row_offset <= 100000 and not is_tried then
		rest := array_to_string(conditions || in_status, ' and ');
		execute format(
			'select count(*) filter (where %s), count(*)
			from (select * from public.leads where organization_id = %s order by %s limit 50) l',
			array_to_string(compared, ' and '), organization,
			case when is_indexed then sort_order else 'created_at desc, id desc' end)
		into having_words, looked_at;
		if looked_at < 50 then
			statement := format(
				'select %s from (select * from public.leads where organization_id = %s offset 0) l where %s order by %s limit $1 offset $2',
				columns, organization, array_to_string(conditions || in_status || compared, ' and '), sort_order);
			return;
		elsif having_words < 3 then
			is_all_or_nothing := true;
			is_trial := true;
			statement := format(
				'with having_words as materialized (select * from public.leads where %1$s limit 1001)
				select %2$s
				from having_words
				where %3$s
					and (select count(*) from having_words) <= 1000
				order by %4$s
				limit $1
				offset $2',
				indexed, columns, array_to_string(conditions || in_status || documents, ' and '), sort_order);
			return;
		elsif is_indexed then
			is_trial := true;
			statement := format(
				'select %1$s
				from (select * from public.leads where %2$s order by %3$s limit 1000) l
				where %4$s
				order by %3$s
				limit $1
				offset $2',
				columns, rest, sort_order, array_to_string(compared, ' and '));
			return;
		else
			-- All of them have to be compared.
			indexed := null;
		end if;
	end if;
	-- What is null is left out of the text.
	conditions := conditions || compared || indexed;

	-- Each status by itself, written out: its index is partial, and is for literals. In the order of another
	-- index, where a status has few leads, those are taken and sorted: the planner expects one lead in seven, and would read
	-- all along that index for none. So with the ranges of a place: together they are no range of any index.
	for status in
		select distinct value
		from jsonb_array_elements_text(filter -> 'status')
		union all
		select null
		where not filter ? 'status'
			and cardinality(ranges) > 1
	loop
		is_rare := false;
		if status is not null and is_indexed and not is_by_creation then
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
		foreach range in array case when cardinality(ranges) > 1 then ranges else array['true'] end loop
			parts := parts || format(
				'(select * from (select * from public.leads where %s and %s and %s %s) l order by %s limit $1 + $2)',
				case when status is null then 'true' else format('status = %L', status) end, range, array_to_string(conditions, ' and '),
				case when is_rare then 'offset 0' end, sort_order);
		end loop;
	end loop;

	statement := format(
		'select %s from %s leads where %s order by %s limit $1 offset $2',
		columns,
		case when parts = '{}' then 'public.leads' else format('(%s)', array_to_string(parts, ' union all ')) end,
		case when parts = '{}' then array_to_string(conditions, ' and ') else 'true' end,
		sort_order);
end
$$;
comment on function lma.plan_leads(jsonb, text, bigint, bigint, text, boolean) is
	'The statement by which leads that meet a filter are read, in order.';

-- The ids of the leads of the transaction's organization that meet a filter, a page in order; no organization, no ids.
create or replace function lma.find_leads(
	filter jsonb,
	order_by text default 'created desc',
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof integer
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off -- Compiling takes longer than reading a page of a list, whatever rows the plan expects.
as $$
declare
	plan record;
	found bigint;
begin
	select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, 'id', false);
	if plan.statement is null then
		return;
	end if;
	return query execute plan.statement using row_limit, row_offset;
	get diagnostics found = row_count;
	if plan.is_trial and found < row_limit and not (plan.is_all_or_nothing and found > 0) then
		select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, 'id', true);
		return query execute plan.statement using row_limit - found, row_offset + found;
	end if;
end
$$;
comment on function lma.find_leads(jsonb, text, bigint, bigint) is
	'Ids of the leads that meet a filter, a page in order; each call is planned with its values.';

-- The same leads as rows.
create or replace function lma.read_leads(
	filter jsonb,
	order_by text default 'created desc',
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof public.leads
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off -- Compiling takes longer than reading a page of a list, whatever rows the plan expects.
as $$
declare
	plan record;
	found bigint;
begin
	select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, '*', false);
	if plan.statement is null then
		return;
	end if;
	return query execute plan.statement using row_limit, row_offset;
	get diagnostics found = row_count;
	if plan.is_trial and found < row_limit and not (plan.is_all_or_nothing and found > 0) then
		select * into plan from lma.plan_leads(filter, order_by, row_limit, row_offset, '*', true);
		return query execute plan.statement using row_limit - found, row_offset + found;
	end if;
end
$$;
comment on function lma.read_leads(jsonb, text, bigint, bigint) is
	'The leads that meet a filter, a page in order; each call is planned with its values.';
grant execute on function lma.read_leads(jsonb, text, bigint, bigint) to lma_app, lma_readonly;

-- Communications are listed along an index under row security, without a function.
drop function lma.find_communications(jsonb, text, bigint, bigint);
