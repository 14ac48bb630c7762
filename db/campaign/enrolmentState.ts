import {
	dayIn,
	type EnrolmentFacts,
	type EnrolmentPlan,
	planEnrolment,
} from '../../domain/campaign/enrolment';
import type { Sql } from '../connection/client';
import { readAudiences, type TypedAudience } from './readAudiences';

/** What is known of a campaign before leads are chosen for it. */
export interface EnrolmentState {
	id: number;
	name: string;
	facts: EnrolmentFacts;
	plan: EnrolmentPlan;
	/** The day on which it is decided, in the organization's time zone. */
	today: string;
	/** As many leads as there may be that meet the criteria and are in it, or have left it. */
	passedOver: number;
}

interface StateRow extends EnrolmentFacts {
	id: number;
	name: string;
	timezone: string | null;
	timeMs: number;
	memberCount: number;
	departureCount: number;
}

/**
 * Reads by id what decides about the enrolment in campaigns, in one statement, and those of `readAudiences`; unknown ones are left out. To enrol, lock: one
 * execution at a time then decides about a campaign, and the next statement sees what the one before did.
 */
export async function readEnrolmentStates(
	sql: Sql,
	campaignIds: readonly number[],
	{ lock }: { lock: boolean },
): Promise<Map<number, EnrolmentState>> {
	const rows = await sql<StateRow[]>`
		with campaign as materialized (
			-- In one order, so that two executions cannot wait for each other.
			select c.*
			from campaigns c
			where c.organization_id = (select lma.current_organization_id())
				and c.id = any(${[...new Set(campaignIds)]}::int[])
			order by c.id
			${lock ? sql`for no key update` : sql``}
		)
		select
			c.id, c.name, c.status, c.target_criteria, c.start_date, c.end_date, c.daily_enrolment_cap, c.enrolled_on,
			c.enrolled_count,
			(
				select o.settings #>> '{sendGate,timezone}'
				from organizations o
				where o.id = (select lma.current_organization_id())
			) as timezone,
			floor(extract(epoch from now()) * 1000)::float8 as time_ms,
			(
				select count(*)::int
				from campaign_leads m
				where m.organization_id = (select lma.current_organization_id()) and m.campaign_id = c.id
			) as member_count,
			(
				select count(*)::int
				from lma.campaign_departures d
				where d.organization_id = (select lma.current_organization_id()) and d.campaign_id = c.id
			) as departure_count
		from campaign c`;
	const audiences = await readAudiences(
		sql,
		rows.map(({ targetCriteria }) => targetCriteria),
	);
	return new Map(rows.map((row, index) => [row.id, toState(row, audiences[index])]));
}

function toState(
	{ id, name, timezone, timeMs, memberCount, departureCount, ...facts }: StateRow,
	audience: TypedAudience | undefined,
) {
	const today = dayIn(timezone, timeMs);
	const plan = planEnrolment(facts, today, audience);
	return { id, name, facts, plan, today, passedOver: memberCount + departureCount };
}
