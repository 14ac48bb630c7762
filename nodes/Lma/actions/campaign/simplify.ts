import type { Campaign } from '../../../../domain/campaign/campaign';
import { pick } from '../simplify';

/** What most people want of a campaign. */
export function simplify(campaign: Campaign) {
	return pick(campaign, [
		'id',
		'name',
		'campaignType',
		'status',
		'startDate',
		'endDate',
		'budgetAllocated',
		'budgetSpent',
	]);
}
