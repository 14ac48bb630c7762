import type { Sql } from '../connection/client';

export const LEAD_COLUMNS = [
	'id',
	'email',
	'first_name',
	'last_name',
	'company',
	'job_title',
	'phone',
	'website',
	'linkedin_url',
	'lead_temperature',
	'expected_close_date',
	'last_engagement_date',
	'status',
	'source',
	'score',
	'value',
	'notes',
	'tags',
	'custom_fields',
	'first_contacted_at',
	'last_contacted_at',
	'created_at',
	'updated_at',
	'organization_id',
	'assigned_to_id',
] as const;

/** The columns of a lead as a select list, each of `table`. */
export function leadColumns(sql: Sql, table: string) {
	return sql(LEAD_COLUMNS.map((column) => `${table}.${column}`));
}

export const WRITTEN_COLUMNS = [
	'email',
	'first_name',
	'last_name',
	'company',
	'job_title',
	'phone',
	'website',
	'linkedin_url',
	'lead_temperature',
	'expected_close_date',
	'status',
	'source',
	'score',
	'value',
	'notes',
	'tags',
	'custom_fields',
	'assigned_to_id',
];

/** Those that an update takes from its input as they are; `custom_fields` may be changed in parts. */
export const PATCHED_COLUMNS = WRITTEN_COLUMNS.filter((column) => column !== 'custom_fields');

/**
 * Inserts leads from rows with the columns of `leads`, null where the default should stand; for
 * `${insertFrom(sql)} from … order by ordinal`.
 */
export function insertFrom(sql: Sql) {
	return sql`
		insert into leads (
			organization_id, email, first_name, last_name, company, job_title, phone, website, linkedin_url,
			lead_temperature, expected_close_date, status, source, score, value, notes, tags, custom_fields,
			assigned_to_id
		)
		select
			(select lma.current_organization_id()), email, coalesce(first_name, ''), coalesce(last_name, ''),
			company, job_title, phone, website, linkedin_url, coalesce(lead_temperature, 'cold'),
			expected_close_date, coalesce(status, 'NEW'), coalesce(source, 'OTHER'), coalesce(score, 0), value,
			notes, tags, custom_fields, assigned_to_id`;
}
