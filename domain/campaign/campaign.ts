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
	/** Whom it is meant for: `{}` is nobody, `{ "all": true }` everybody. Other clients may have stored anything. */
	targetCriteria: Record<string, unknown>;
	/** Most leads enrolled by the criteria in one day; null means the default, 50. */
	dailyEnrolmentCap: number | null;
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
