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
