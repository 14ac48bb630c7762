import { IANAZone, DateTime } from 'luxon';

import type { Campaign } from './campaign';
import { type Audience, readTargetCriteria, type TargetConditions } from './targetCriteria';

/** Leads that a campaign takes in one day by its criteria, where it does not say. */
const DEFAULT_DAILY_ENROLMENT_CAP = 50;
/** Most that a campaign may say. */
export const HIGHEST_DAILY_ENROLMENT_CAP = 100_000;

/** Why nobody, or nobody else, is enrolled. Stable, for programs. */
export type EnrolmentReason =
	| 'notActive'
	| 'noStartDate'
	| 'notStarted'
	| 'ended'
	| 'noCriteria'
	| 'criteriaUnclear'
	| 'capReached'
	| 'nobodyLeft';

/** What decides about the enrolment of a campaign. */
export interface EnrolmentFacts extends Pick<
	Campaign,
	'status' | 'startDate' | 'endDate' | 'dailyEnrolmentCap'
> {
	/** As stored, by whatever client. */
	targetCriteria: unknown;
	/** The last day on which leads were enrolled, as YYYY-MM-DD, and how many then. */
	enrolledOn: string | null;
	enrolledCount: number;
}

export interface EnrolmentPlan {
	/** Why nobody can be enrolled now. */
	reason: EnrolmentReason | null;
	/** What leads must meet; null for nobody. */
	filter: TargetConditions | null;
	/** How many more the day allows. */
	leftToday: number;
	/** The reason as a sentence. */
	message: string;
}

/**
 * Decides how many leads a campaign may still take on a day, `YYYY-MM-DD`: none unless it is active, has started and not
 * ended, says whom it is for, and has not had as many that day as its cap allows. A day before the last one counts with it.
 *
 * @param audience what the criteria of the campaign say, where more is known of it than they tell by themselves
 */
export function planEnrolment(
	facts: EnrolmentFacts,
	today: string,
	audience: Audience = readTargetCriteria(facts.targetCriteria),
): EnrolmentPlan {
	const cap = facts.dailyEnrolmentCap ?? DEFAULT_DAILY_ENROLMENT_CAP;
	const enrolled = facts.enrolledOn !== null && facts.enrolledOn >= today ? facts.enrolledCount : 0;
	const leftToday = Math.max(0, cap - enrolled);
	const filter = 'filter' in audience ? audience.filter : null;
	const plan = (reason: EnrolmentReason | null, message: string) => ({ reason, filter, leftToday, message });
	const { status, startDate, endDate } = facts;
	if (status !== 'active') return plan('notActive', `The campaign is ${status}: nobody is enrolled`);
	if (startDate === null) return plan('noStartDate', 'The campaign has no start date: nobody is enrolled');
	if (startDate > today) return plan('notStarted', `The campaign starts on ${startDate}: nobody is enrolled`);
	if (endDate !== null && endDate < today)
		return plan('ended', `The campaign ended on ${endDate}: nobody is enrolled`);
	if (audience.kind === 'nobody') return plan('noCriteria', NOBODY);
	if (audience.kind === 'unclear') return plan('criteriaUnclear', unclearMessage(audience));
	if (leftToday === 0) return plan('capReached', capMessage(cap));
	return plan(null, '');
}

/** Why no more were enrolled than these, of a plan by which leads could be; null when there may be more. */
export function afterEnrolment(facts: EnrolmentFacts, enrolled: number, leftToday: number) {
	const cap = facts.dailyEnrolmentCap ?? DEFAULT_DAILY_ENROLMENT_CAP;
	if (leftToday === 0) return { reason: 'capReached' as const, message: capMessage(cap) };
	const message =
		enrolled === 0
			? 'No lead meets the target criteria that is not in the campaign, or has left it'
			: 'All leads that meet the target criteria are in the campaign now';
	return { reason: 'nobodyLeft' as const, message };
}

/** What a preview says of criteria by themselves. */
export function audienceMessage(audience: Audience): string {
	if (audience.kind === 'nobody') return NOBODY;
	return audience.kind === 'unclear' ? unclearMessage(audience) : '';
}

const NOBODY = 'The target criteria are empty, which means nobody. For everybody write {"all": true}';

function unclearMessage({ problems: [problem] }: Extract<Audience, { kind: 'unclear' }>): string {
	const field = ['targetCriteria', ...(problem?.path ?? [])].map(String).join('.').slice(0, 80);
	return `${field} ${problem?.message ?? 'cannot be understood'}. Nobody is enrolled`;
}

function capMessage(cap: number): string {
	return `No more than ${cap.toLocaleString('en')} leads are enrolled a day; the others wait until tomorrow`;
}

/** The day in a time zone, `YYYY-MM-DD`; in UTC where the zone is none. */
export function dayIn(timezone: unknown, timeMs: number): string {
	const zone = typeof timezone === 'string' && IANAZone.isValidZone(timezone) ? timezone : 'UTC';
	return DateTime.fromMillis(timeMs, { zone }).toFormat('yyyy-MM-dd');
}
