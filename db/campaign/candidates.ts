import type { TargetConditions } from '../../domain/campaign/targetCriteria';
import type { JsonValue, Sql } from '../connection/client';
import type { EnrolmentState } from './enrolmentState';

/** A lead in short, as enrolment and its preview give it. */
export interface AudienceMember {
	leadId: number;
	email: string;
	firstName: string;
	lastName: string;
	company: string | null;
	status: string;
	score: number;
	leadTemperature: string | null;
	assignedToId: number | null;
}

/** How many leads of whom are wanted; those in the campaign, or that have left it, are not among them. */
export interface Wanted {
	/** Names the wish. */
	ordinal: number;
	campaignId: number | null;
	filter: TargetConditions;
	places: number;
	/** As many are looked at besides, since they may be in the campaign. */
	passedOver: number;
	today: string | null;
}

/** The wanted leads of a campaign that may enrol some now; none for another. */
export function wantedBy(
	{ id, plan, today, passedOver }: EnrolmentState,
	ordinal: number,
	most = Infinity,
): Wanted[] {
	const places = Math.min(plan.leftToday, most);
	if (plan.reason !== null || plan.filter === null || places === 0) return [];
	return [{ ordinal, campaignId: id, filter: plan.filter, places, passedOver, today }];
}

/**
 * Leads to choose, for `with ${candidates(sql, wanted)}`: tables `wanted` and `candidate` (`ordinal`, `campaign_id`,
 * `lead_id`, `position`), best score first, no more than there are places. Looks at no more leads than places, members and departures together.
 */
export function candidates(sql: Sql, wanted: readonly Wanted[]) {
	const input = wanted.map(({ ordinal, campaignId, filter, places, passedOver, today }) => ({
		ordinal,
		campaign_id: campaignId,
		filter,
		places,
		row_limit: places + passedOver,
		today,
	}));
	return sql`
		wanted as materialized (
			select w.*
			from jsonb_to_recordset(${sql.json(input as JsonValue)})
				as w(ordinal int, campaign_id int, filter jsonb, places int, row_limit bigint, today date)
		), found as materialized (
			select w.ordinal, w.campaign_id, w.places, f.id as lead_id, f.position
			from wanted w
			cross join lateral lma.find_leads(w.filter, 'score desc', w.row_limit, 0) with ordinality as f(id, position)
		), candidate as materialized (
			select ordinal, campaign_id, lead_id, position
			from (
				select f.*, row_number() over (partition by f.ordinal order by f.position) as place
				from found f
				left join campaign_leads m
					on m.organization_id = (select lma.current_organization_id())
					and m.campaign_id = f.campaign_id
					and m.lead_id = f.lead_id
				left join lma.campaign_departures d
					on d.organization_id = (select lma.current_organization_id())
					and d.campaign_id = f.campaign_id
					and d.lead_id = f.lead_id
				where coalesce(m.lead_id, d.lead_id) is null
			) c
			where place <= places
		)`;
}

/** The fields of `AudienceMember` that are the lead's own, as a select list of table `l`. */
export function memberColumns(sql: Sql) {
	return sql`
		l.id as lead_id, l.email, l.first_name, l.last_name, l.company, l.status, l.score, l.lead_temperature, l.assigned_to_id`;
}
