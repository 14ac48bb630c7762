import { z } from 'zod/v4';

import type { Sql } from '../client';
import { ValidationError } from '../errors';
import { day, id, integer, jsonObject, label, LONGEST_NOTE, text } from '../field';

export const CAMPAIGN_STATUSES = ['active', 'cancelled', 'completed', 'draft', 'paused'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** A row of `campaigns`. Dates are `YYYY-MM-DD`, timestamps ISO 8601 in UTC. */
export interface Campaign {
	id: number;
	organizationId: number;
	name: string;
	description: string | null;
	/** Free text, such as `email` or `webinar`. */
	campaignType: string | null;
	status: CampaignStatus;
	/** Whom it is meant for. LMA keeps it and does not act on it. */
	targetCriteria: Record<string, unknown>;
	startDate: string | null;
	endDate: string | null;
	/** In cents. */
	budgetAllocated: number | null;
	/** In cents. */
	budgetSpent: number;
	goals: Record<string, unknown>;
	/** A user of the organization. */
	createdBy: number | null;
	createdAt: string;
	updatedAt: string;
}

/** What changes of a campaign may name. */
export const CHANGED_COLUMNS = [
	'name',
	'description',
	'campaign_type',
	'status',
	'target_criteria',
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

const cents = integer('must be an amount in cents', 0, 2_147_483_647);
const name = text(255).refine((value) => value.trim() !== '', 'is empty; name the campaign');

const optionalFields = {
	description: text(LONGEST_NOTE).nullish(),
	campaignType: text(100).nullish(),
	status: label(CAMPAIGN_STATUSES).optional(),
	targetCriteria: jsonObject.optional(),
	startDate: day.nullish(),
	endDate: day.nullish(),
	budgetAllocated: cents.nullish(),
	budgetSpent: cents.optional(),
	goals: jsonObject.optional(),
};

/** A campaign to create: a draft unless a status is given. */
export const newCampaignSchema = z
	.strictObject({ name, ...optionalFields, createdBy: id.nullish() })
	.refine(({ startDate, endDate }) => !startDate || !endDate || endDate >= startDate, {
		path: ['endDate'],
		message: 'is before startDate; choose the same day or a later one',
	});
export type NewCampaign = z.output<typeof newCampaignSchema>;

/** Changes to one campaign. A field left out stays; null clears it where there may be none. */
export const campaignPatchSchema = z.strictObject({ id, name: name.optional(), ...optionalFields });
export type CampaignPatch = z.output<typeof campaignPatchSchema>;

/** The end of a campaign would lie before its start, of which one may have been stored before. */
export class CampaignDatesError extends ValidationError {
	constructor(id: number) {
		super(
			'endDate',
			`endDate is before startDate in campaign ${id}`,
			'Choose the same day or a later one, or change both.',
		);
	}
}
