/** How many rows a database of the benchmark has. */
export interface Scale {
	leads: number;
	communications: number;
	notes: number;
	activities: number;
	campaignLeads: number;
	organizations: number;
	/** Share of all leads that the largest organization has. */
	largestShare: number;
	/** Users of the largest organization; the others have users in proportion to their leads. */
	largestUsers: number;
	/** One lead in so many has the rare tag and the rare word. */
	rareEvery: number;
}

/** The larger of the two sizes that a scale compares, in leads; the smaller one is a tenth. */
export const SCALES = { small: 20_000, full: 1_000_000 } as const;
export type ScaleName = keyof typeof SCALES;

/** What a database of `leads` leads has besides. */
export function scaleOf(leads: number): Scale {
	return {
		leads,
		communications: leads * 10,
		notes: leads * 2,
		activities: Math.round(leads * 1.5),
		campaignLeads: Math.round(leads * 0.3),
		organizations: Math.min(2_000, Math.max(4, Math.floor(leads / 20))),
		largestShare: 0.5,
		largestUsers: Math.min(500, Math.max(4, Math.floor(leads / 100))),
		rareEvery: Math.max(1, Math.min(10_000, Math.floor(leads / 20))),
	};
}
