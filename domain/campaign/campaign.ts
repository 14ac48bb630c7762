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
