import type { Lead } from '../../domain/lead/lead';

/** The surviving lead, or what it would be, and what the merge did to it. */
export type MergedLead = Lead & {
	/** For undoing it. Null for a preview, and when all duplicates had been merged before. */
	mergeId: number | null;
	isPreview: boolean;
	mergedIds: number[];
	/** Duplicates that an earlier merge has brought into this lead. */
	alreadyMergedIds: number[];
	changedFields: string[];
	communicationsMoved: number;
	notesMoved: number;
	/** Memberships in campaigns, without those where this lead or another duplicate was a member. */
	campaignsMoved: number;
};

/** What one merge did. */
export type MergeOutcome = Pick<
	MergedLead,
	'mergeId' | 'changedFields' | 'communicationsMoved' | 'notesMoved' | 'campaignsMoved'
>;
