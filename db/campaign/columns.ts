import type { Sql } from '../connection/client';

/** What changes of a campaign may name. */
export const CHANGED_COLUMNS = [
	'name',
	'description',
	'campaign_type',
	'status',
	'target_criteria',
	'daily_enrolment_cap',
	'start_date',
	'end_date',
	'budget_allocated',
	'budget_spent',
	'goals',
];

const CAMPAIGN_COLUMNS = [
	'id',
	'organization_id',
	...CHANGED_COLUMNS,
	'created_by',
	'created_at',
	'updated_at',
];

/** The columns of a campaign as a select list, each of `table`. */
export function campaignColumns(sql: Sql, table: string) {
	return sql(CAMPAIGN_COLUMNS.map((column) => `${table}.${column}`));
}
