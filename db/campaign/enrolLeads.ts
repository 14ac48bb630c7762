import { afterEnrolment, type EnrolmentReason } from '../../domain/campaign/enrolment';
import { type ItemResult, resultsById } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { type AudienceMember, candidates, memberColumns, wantedBy } from './candidates';
import { type EnrolmentState, readEnrolmentStates } from './enrolmentState';

/** What became of the enrolment in one campaign. */
export interface Enrolment {
	campaignId: number;
	campaignName: string;
	/** How many leads joined just now. */
	enrolledLeads: number;
	/** How many more may join today. */
	leftToday: number;
	/** Why nobody joined, or nobody else. Stable, for programs. */
	reason: EnrolmentReason;
	/** The reason as a sentence. */
	message: string;
	/** Who joined, best score first. */
	leads: AudienceMember[];
}

/** A campaign to enrol leads in. */
export interface EnrolmentRequest {
	campaignId: number;
	/** Of the new memberships. Left out: `active`. */
	membershipStatus?: string | undefined;
}

type EnrolledRow = AudienceMember & { campaignId: number };

/**
 * Lets the leads join campaigns that meet their target criteria, best score first, no more in a day than the cap of each
 * allows. Leads that are members, or have left the campaign, are passed over. Two statements and those of `readAudiences`, however many campaigns. A
 * campaign that may enrol nobody says why. Can be repeated, and any number of executions may enrol at once: together they
 * stay within the cap. A campaign named twice is dealt with once, and both answers are the same.
 */
export async function enrolLeads(
	sql: Sql,
	requests: readonly EnrolmentRequest[],
): Promise<ItemResult<Enrolment>[]> {
	const ids = requests.map(({ campaignId }) => campaignId);
	const states = await readEnrolmentStates(sql, ids, { lock: true });
	const members = Map.groupBy(await enrol(sql, requests, states), ({ campaignId }) => campaignId);
	const enrolments = new Map<number, Enrolment>();
	for (const [id, state] of states) enrolments.set(id, toEnrolment(state, members.get(id) ?? []));
	return resultsById('Campaign', ids, enrolments);
}

async function enrol(
	sql: Sql,
	requests: readonly EnrolmentRequest[],
	states: ReadonlyMap<number, EnrolmentState>,
): Promise<EnrolledRow[]> {
	const wanted = [...states.values()].flatMap((state, index) => wantedBy(state, index));
	if (wanted.length === 0) return [];
	// Of two requests for one campaign the first decides.
	const statuses: Partial<Record<string, string>> = {};
	for (const { campaignId, membershipStatus = 'active' } of requests)
		statuses[campaignId] ??= membershipStatus;
	return await sql<EnrolledRow[]>`
		with ${candidates(sql, wanted)}, lead as materialized (
			-- In one order, so that a bulk delete cannot wait for this and this for it.
			select l.id
			from leads l
			where l.organization_id = (select lma.current_organization_id())
				and l.id in (select lead_id from candidate)
			order by l.id
			for key share
		), written as (
			insert into campaign_leads (organization_id, campaign_id, lead_id, status)
			select (select lma.current_organization_id()), c.campaign_id, c.lead_id,
				${sql.json(statuses)}::jsonb ->> c.campaign_id::text
			from candidate c
			join lead on lead.id = c.lead_id
			order by c.campaign_id, c.lead_id
			-- Somebody has just added it by hand.
			on conflict (organization_id, campaign_id, lead_id) do nothing
			returning campaign_id, lead_id
		), counted as (
			update campaigns c
			set enrolled_count = case when c.enrolled_on >= w.today then c.enrolled_count else 0 end + joined.count,
				enrolled_on = greatest(c.enrolled_on, w.today)
			from (select campaign_id, count(*)::int as count from written group by campaign_id) joined
			join wanted w using (campaign_id)
			where c.organization_id = (select lma.current_organization_id())
				and c.id = joined.campaign_id
		)
		select written.campaign_id, ${memberColumns(sql)}
		from written
		join candidate c using (campaign_id, lead_id)
		join leads l
			on l.organization_id = (select lma.current_organization_id())
			and l.id = written.lead_id
		order by written.campaign_id, c.position`;
}

function toEnrolment({ id, name, facts, plan }: EnrolmentState, rows: EnrolledRow[]): Enrolment {
	const leads = rows.map(({ campaignId: _, ...member }) => member);
	const leftToday = plan.leftToday - leads.length;
	const { reason, message } =
		plan.reason === null
			? afterEnrolment(facts, leads.length, leftToday)
			: { reason: plan.reason, message: plan.message };
	return {
		campaignId: id,
		campaignName: name,
		enrolledLeads: leads.length,
		leftToday,
		reason,
		message,
		leads,
	};
}
