import { type AudienceRequest, MOST_COUNTED } from '../../domain/campaign/audience';
import { audienceMessage, type EnrolmentReason } from '../../domain/campaign/enrolment';
import { readTargetCriteria, type TargetConditions } from '../../domain/campaign/targetCriteria';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { type AudienceMember, candidates, memberColumns, type Wanted, wantedBy } from './candidates';
import { countTargeted } from './countTargeted';
import { type EnrolmentState, readEnrolmentStates } from './enrolmentState';
import { readAudiences, type TypedAudience } from './readAudiences';

/** Whom criteria mean. Nothing is changed by asking. */
export interface AudiencePreview {
	/** Null for criteria that are no campaign's yet. */
	campaignId: number | null;
	campaignName: string | null;
	/** How many leads meet the criteria, in the campaign or not. */
	targetedLeads: number;
	/** False when there are more: no more than 100,000 are counted. */
	isCountExact: boolean;
	/** What leads must meet, with what the criteria leave unsaid; null for nobody. */
	conditions: Record<string, unknown> | null;
	/** How many leads enrolment may take today, after those it took; null without a campaign. */
	leftToday: number | null;
	/** Why enrolment would take nobody now. Stable, for programs. */
	reason: EnrolmentReason | null;
	/** The reason as a sentence; empty without one. */
	message: string;
	/** Who would be enrolled now, best score first; without a campaign, the best of those who meet the criteria. */
	leads: AudienceMember[];
}

/** One request, with what is known of it before leads are counted. */
interface Asked {
	state: EnrolmentState | null;
	filter: TargetConditions | null;
	/** The filter as it was given. */
	conditions: TargetConditions | null;
	reason: EnrolmentReason | null;
	message: string;
	sampleSize: number;
}

/**
 * Says of each campaign, or of criteria by themselves, how many leads they mean and who would be enrolled now. Three
 * statements and those of `readAudiences`, however many requests. Of a campaign that may enrol nobody now, nobody is shown.
 */
export async function previewAudiences(
	sql: Sql,
	requests: readonly AudienceRequest[],
): Promise<ItemResult<AudiencePreview>[]> {
	const ids = requests.flatMap(({ campaignId }) => campaignId ?? []);
	const states =
		ids.length > 0 ? await readEnrolmentStates(sql, ids, { lock: false }) : new Map<number, EnrolmentState>();
	const audiences = await readAudiences(
		sql,
		requests.map(({ targetCriteria }) => targetCriteria),
	);
	const asked = requests.map((request, index) => toAsked(request, states, audiences[index]));
	const filters = asked.map(({ row }) => row?.filter ?? null);
	const counted = await countTargeted(
		sql,
		filters.filter((filter) => filter !== null),
		MOST_COUNTED + 1,
	);
	const samples = await sample(sql, asked);
	let next = 0;
	return asked.map(({ row, error }, index) => {
		if (error) return { error };
		const count = row.filter === null ? 0 : (counted[next++] ?? 0);
		return { row: toPreview(row, count, samples.get(index) ?? []) };
	});
}

function toAsked(
	{ campaignId, targetCriteria, sampleSize }: AudienceRequest,
	states: ReadonlyMap<number, EnrolmentState>,
	audience: TypedAudience = readTargetCriteria(targetCriteria),
): ItemResult<Asked> {
	if (campaignId === undefined) {
		if (audience.error) return { error: audience.error };
		const filter = 'filter' in audience ? audience.filter : null;
		const conditions = filter && conditionsOf(targetCriteria);
		const reason = audience.kind === 'nobody' ? 'noCriteria' : null;
		const message = audienceMessage(audience);
		return { row: { state: null, filter, conditions, reason, message, sampleSize } };
	}
	const state = states.get(campaignId);
	if (!state) return { error: new NotFoundError('Campaign', campaignId) };
	const conditions = state.plan.filter && conditionsOf(state.facts.targetCriteria);
	return { row: { state, ...state.plan, conditions, sampleSize } };
}

function conditionsOf(targetCriteria: unknown): TargetConditions | null {
	const audience = readTargetCriteria(targetCriteria);
	return 'filter' in audience ? audience.filter : null;
}

async function sample(sql: Sql, asked: readonly ItemResult<Asked>[]) {
	const members = new Map<number, AudienceMember[]>();
	const wanted = asked.flatMap(({ row }, ordinal) => (row ? wantedOf(row, ordinal) : []));
	if (wanted.length === 0) return members;
	const rows = await sql<(AudienceMember & { ordinal: number })[]>`
		with ${candidates(sql, wanted)}
		select c.ordinal, ${memberColumns(sql)}
		from candidate c
		join leads l
			on l.organization_id = (select lma.current_organization_id())
			and l.id = c.lead_id
		order by c.ordinal, c.position`;
	for (const { ordinal, ...member } of rows) {
		const list = members.get(ordinal);
		if (list) list.push(member);
		else members.set(ordinal, [member]);
	}
	return members;
}

function wantedOf({ state, filter, sampleSize }: Asked, ordinal: number): Wanted[] {
	if (state) return wantedBy(state, ordinal, sampleSize);
	if (filter === null || sampleSize === 0) return [];
	return [{ ordinal, campaignId: null, filter, places: sampleSize, passedOver: 0, today: null }];
}

function toPreview(one: Asked, count: number, leads: AudienceMember[]): AudiencePreview {
	return {
		campaignId: one.state?.id ?? null,
		campaignName: one.state?.name ?? null,
		targetedLeads: Math.min(count, MOST_COUNTED),
		isCountExact: count <= MOST_COUNTED,
		conditions: one.conditions,
		leftToday: one.state?.plan.leftToday ?? null,
		reason: one.reason,
		message: one.message,
		leads,
	};
}
