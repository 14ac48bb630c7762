-- Lists in pages that hold still, the addresses of leads that were merged away, and no new time of change without a change.

-- Of leads, updated_at says when a row was last changed. Written with the values that it has, it has not been.
create function lma.touch_changed_lead() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
	changed_at timestamptz := old.updated_at;
begin
	-- What does not count. The generated column has no value before the row is written.
	old.updated_at := new.updated_at;
	old.email_key := null;
	-- Byte by byte, for a program of its own may have added columns of types that know no equality.
	new.updated_at := case when new *<> old then now() else changed_at end;
	return new;
end
$$;
comment on function lma.touch_changed_lead() is
	'Keeps updated_at of a lead: the time of the last update that changed something.';

create or replace trigger leads_touch_updated_at before update on leads
	for each row execute function lma.touch_changed_lead();

-- Addresses that lead to another lead now: those of duplicates, and those that a survivor gave up when it took a duplicate's.
-- They are part of what is kept of a merge: undoing it and deleting the survivor take them away.
alter table lma.merged_leads add column email_key text generated always as (lower(lead ->> 'email')) stored;
comment on column lma.merged_leads.email_key is 'The address of the duplicate in lower case.';
create index idx_merged_leads_email on lma.merged_leads (organization_id, email_key);
comment on index lma.idx_merged_leads_email is 'Serves finding the survivor by the address of a duplicate.';
grant select (email_key) on lma.merged_leads to lma_app, lma_readonly;

alter table lma.lead_merges
	add column survivor_email_key text generated always as (lower(survivor_before ->> 'email')) stored;
comment on column lma.lead_merges.survivor_email_key is
	'The address that the survivor had before, in lower case; null when the merge left it as it was.';
create index idx_lead_merges_email on lma.lead_merges (organization_id, survivor_email_key)
	where survivor_email_key is not null;
comment on index lma.idx_lead_merges_email is 'Serves finding the survivor by an address that it had before.';
grant select (survivor_email_key) on lma.lead_merges to lma_app, lma_readonly;

-- Lists by alternatives, ids and campaigns, and from a place on. What a page is to begin after is a condition like others: the sort keys
-- and the id of the row before it, so that nothing before it is read again.

-- The ids of the leads of the transaction's organization that meet all conditions, in order; no organization, no ids. anyOf is an
-- array of filters of which one has to be met, and stands alone; after is a place in the list: the sort keys of a row and its
-- id. Each alternative is a list of its own, found through whatever index is best for it. Raises invalid_parameter_value for a condition or an order that it does not know. A plan is made for each call, for the
-- values it has: one plan for all values would be right for the common status and wrong for the rare one, or the reverse.
--
-- No condition may raise an error that depends on a row: others than the organization's are compared as well.
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

	if filter ? 'anyOf' then
		return query execute format(
			'select id
			from public.leads
			where organization_id = $1
				and id = any ($2)
			order by %s
			limit $3
			offset $4', sort_order)
		using
			organization,
			array(
				select lma.find_leads((filter - 'anyOf') || alternative, order_by, row_limit + row_offset)
				from jsonb_array_elements(filter -> 'anyOf') as alternative
			),
			row_limit,
			row_offset;
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
				'(select id, created_at, updated_at, last_contacted_at, score, first_name, last_name
				from (select * from public.leads where %s and %s and %s %s) l
				order by %s
				limit %L::bigint + %L::bigint)',
				case when status is null then 'true' else format('status = %L', status) end, range, array_to_string(conditions, ' and '),
				case when is_rare then 'offset 0' end, sort_order, row_limit, row_offset);
		end loop;
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

drop function lma.find_communications(jsonb, bigint, bigint);
-- The ids of the communications of the transaction's organization that meet all conditions, in order. No organization, no
-- ids. Raises invalid_parameter_value for a condition or an order that it does not know. As lma.find_leads(). Each order is that
-- of one index alone, for the filters that db/communication/list.ts chooses it for: row security keeps the planner from the statistics on enumerations, it takes one in four to have
-- failed, and to find none it would read all along another index.
create function lma.find_communications(
	filter jsonb,
	order_by text,
	row_limit bigint default null,
	row_offset bigint default 0
) returns setof bigint
language plpgsql stable security definer rows 50
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
	organization integer := lma.current_organization_id();
	conditions text[] := array['organization_id = $1'];
	sort_order text := case order_by
		when 'created desc' then 'created_at desc, id desc'
		when 'scheduled asc' then 'scheduled_at, id'
		when 'id desc' then 'id desc'
	end;
	key text;
begin
	if organization is null then
		return;
	end if;
	if sort_order is null then
		raise invalid_parameter_value
			using message = format('Communications cannot be ordered by %s', left(order_by, 60));
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
			when 'after' then
				case
					when order_by = 'created desc' then '(created_at, id) < ($11, $12)'
					when order_by = 'id desc' then 'id < $12'
					when filter #>> '{after,key,0}' is null then 'scheduled_at is null and id > $12'
					-- Those without a time come last. Where a range of times is asked for there are none of them.
					when filter ?| array['scheduledAfter', 'scheduledBefore'] then '(scheduled_at, id) > ($11, $12)'
					else '((scheduled_at, id) > ($11, $12) or scheduled_at is null)'
				end
		end;
		if conditions[cardinality(conditions)] is null then
			raise invalid_parameter_value
				using message = format('Communications cannot be filtered by %s', left(key, 60));
		end if;
	end loop;

	return query execute format(
		'select id::bigint as found from public.communications where %s order by %s limit $9 offset $10',
		array_to_string(conditions, ' and '), sort_order)
	using
		organization,
		(filter ->> 'leadId')::integer,
		(filter ->> 'userId')::integer,
		array(select jsonb_array_elements_text(filter -> 'status'))::public.communication_status_enum[],
		array(select jsonb_array_elements_text(filter -> 'communicationType'))::public.communication_type_enum[],
		(filter ->> 'direction')::public.communication_direction_enum,
		(filter ->> 'scheduledAfter')::timestamptz,
		(filter ->> 'scheduledBefore')::timestamptz,
		row_limit,
		row_offset,
		(filter #>> '{after,key,0}')::timestamptz,
		(filter #>> '{after,id}')::bigint;
end
$$;
comment on function lma.find_communications(jsonb, text, bigint, bigint) is
	'The ids of the communications that meet all conditions, in order, through whatever index is best for their values.';
grant execute on function lma.find_communications(jsonb, text, bigint, bigint) to lma_app, lma_readonly;
