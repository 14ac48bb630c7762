-- What a tenant may write without a length has a greatest size, so that every row can be read back. A row of COPY, and so of
-- pg_dump, is one text of less than 1 GB: where one row exceeds it, nobody can dump the table any more. A jsonb of
-- numbers such as 1e131071 has 12 bytes for each of them when stored and 131,072 as text, so the text is what is measured.
--
-- 16 MB each: COPY doubles what it escapes, three columns of a row are below 100 MB then. An event of a lead holds its notes,
-- tags and custom fields before and after, control characters in six letters: below 400 MB. So activity_logs, which only
-- triggers write, has no check of its own.

alter table assignment_rotations add constraint assignment_rotations_sizes_in_range check (
	octet_length(pool_key) <= 16777216
);
alter table lma.event_subscriptions add constraint event_subscriptions_sizes_in_range check (
	octet_length(filter::text) <= 16777216
	and octet_length(event_types::text) <= 16777216
	and octet_length(lease_owner) <= 16777216
);
alter table scoring_rules add constraint scoring_rules_sizes_in_range check (
	octet_length(value::text) <= 16777216
);
alter table workflows add constraint workflows_sizes_in_range check (
	octet_length(description) <= 16777216
	and octet_length(trigger_conditions::text) <= 16777216
	and octet_length(configuration::text) <= 16777216
);
alter table campaigns add constraint campaigns_sizes_in_range check (
	octet_length(description) <= 16777216
	and octet_length(target_criteria::text) <= 16777216
	and octet_length(goals::text) <= 16777216
);
alter table lead_notes add constraint lead_notes_sizes_in_range check (
	octet_length(content) <= 16777216
);
alter table leads add constraint leads_sizes_in_range check (
	octet_length(notes) <= 16777216
	and octet_length(tags::text) <= 16777216
	and octet_length(custom_fields::text) <= 16777216
);
alter table communications add constraint communications_sizes_in_range check (
	octet_length(content) <= 16777216
	and octet_length(comm_metadata::text) <= 16777216
);

do $$
declare
	sized text;
begin
	foreach sized in array array[
		'assignment_rotations', 'lma.event_subscriptions', 'scoring_rules', 'workflows', 'campaigns', 'lead_notes', 'leads',
		'communications'
	]
	loop
		execute format(
			'comment on constraint %I on %s is ''Every row can be dumped: no text and no JSON, written out, exceeds 16 MB.''',
			split_part(sized, '.', -1) || '_sizes_in_range', sized);
	end loop;
end
$$;
