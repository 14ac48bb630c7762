import type { Sql } from '../client';

export const LEAD_STATUSES = [
	'NEW',
	'CONTACTED',
	'QUALIFIED',
	'PROPOSAL',
	'NEGOTIATION',
	'CLOSED_WON',
	'CLOSED_LOST',
] as const;
export const LEAD_SOURCES = [
	'WEBSITE',
	'EMAIL',
	'SOCIAL_MEDIA',
	'REFERRAL',
	'ADVERTISING',
	'COLD_OUTREACH',
	'EVENT',
	'OTHER',
] as const;
export const LEAD_TEMPERATURES = ['hot', 'warm', 'cold'] as const;

export type LeadStatus = (typeof LEAD_STATUSES)[number];
export type LeadSource = (typeof LEAD_SOURCES)[number];
export type LeadTemperature = (typeof LEAD_TEMPERATURES)[number];

/** A row of `leads`. Timestamps are ISO 8601 in UTC. */
export interface Lead {
	id: number;
	email: string;
	/** Empty when unknown. */
	firstName: string;
	/** Empty when unknown. */
	lastName: string;
	company: string | null;
	jobTitle: string | null;
	phone: string | null;
	website: string | null;
	linkedinUrl: string | null;
	leadTemperature: LeadTemperature;
	/** `YYYY-MM-DD` */
	expectedCloseDate: string | null;
	/** When the lead last did something: answered, called. */
	lastEngagementDate: string | null;
	status: LeadStatus;
	source: LeadSource;
	/** 0–100 */
	score: number;
	/** Deal value in cents. */
	value: number | null;
	notes: string | null;
	tags: string[] | null;
	customFields: Record<string, unknown> | null;
	firstContactedAt: string | null;
	lastContactedAt: string | null;
	createdAt: string;
	updatedAt: string;
	organizationId: number;
	assignedToId: number | null;
}

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
