/** Places in the pipeline, in its order. */
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
export type LeadTemperature = (typeof LEAD_TEMPERATURES)[number];

/** What a label is called where nobody has named it: `Closed Won` for `CLOSED_WON`. */
export function standardNameOf(label: string): string {
	const words = label.toLowerCase().replaceAll('_', ' ');
	return words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}
