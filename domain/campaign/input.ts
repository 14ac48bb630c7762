import { z } from 'zod/v4';

import { ValidationError } from '../error/errors';
import { day, id, integer, label, LONGEST_NOTE, text, userId } from '../input/field';
import { jsonObject } from '../input/json';
import { CAMPAIGN_STATUSES } from './campaign';
import { HIGHEST_DAILY_ENROLMENT_CAP } from './enrolment';
import { targetCriteriaSchema } from './targetCriteria';

const cents = integer('must be an amount in cents', 0, 2_147_483_647);
const name = text(255).refine((value) => value.trim() !== '', 'is empty; name the campaign');

const optionalFields = {
	description: text(LONGEST_NOTE).nullish(),
	campaignType: text(100).nullish(),
	status: label(CAMPAIGN_STATUSES).optional(),
	targetCriteria: targetCriteriaSchema.optional(),
	dailyEnrolmentCap: integer('must be a number of leads a day', 0, HIGHEST_DAILY_ENROLMENT_CAP).nullish(),
	startDate: day.nullish(),
	endDate: day.nullish(),
	budgetAllocated: cents.nullish(),
	budgetSpent: cents.optional(),
	goals: jsonObject.optional(),
};

/** A campaign to create: a draft unless a status is given. */
export const newCampaignSchema = z
	.strictObject({ name, ...optionalFields, createdBy: userId.nullish() })
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
