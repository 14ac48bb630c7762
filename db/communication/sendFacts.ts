import type { LeadStatus } from '../../domain/lead/labels';
import type { SendFacts } from '../../domain/outreach/sendDecision';
import { LONGEST_PERIOD_DAYS, MOST_CONTACTS } from '../../domain/outreach/sendRules';
import type { SuppressionReason } from '../../domain/outreach/suppression';
import type { Fragment, Sql } from '../connection/client';

/** What a statement knows of one message that may be sent. Times are milliseconds since 1970. */
export interface FactRow extends Omit<SendFacts, 'lead' | 'leadId' | 'suppressedFor'> {
	isFound: boolean;
	email: string;
	phone: string | null;
	linkedinUrl: string | null;
	status: LeadStatus;
	tags: string[];
	suppressedFor: SuppressionReason[];
	leadTimezone: string | null;
	/** The moment that is asked about, in whole milliseconds, as JavaScript counts them. */
	time: number;
	/** How many messages were sent or begun, of those that count for a cap. */
	begun: number;
}

/** Most scheduled messages to one lead that a check looks ahead to. */
const MOST_AHEAD = 500;

/**
 * The columns of a `FactRow` for every row `i` of an input: lead_id, communication_type, send_at and only_type, the one type
 * that counts for a cap, or null. `l` is its lead, or null.
 */
export function factColumns(sql: Sql): Fragment {
	return sql`
		l.id is not null as is_found, l.email, l.phone, l.linkedin_url, l.status,
		array(
			select tag
			from jsonb_array_elements_text(case when jsonb_typeof(l.tags) = 'array' then l.tags else '[]' end) as tag
		) as tags,
		left(l.custom_fields ->> 'timezone', 64) as lead_timezone,
		suppressed.reasons as suppressed_for,
		history.contacted_at, history.last_sent_at, history.replied_at, history.begun,
		floor(extract(epoch from i.send_at) * 1000)::float8 as time`;
}

/**
 * What `factColumns` reads from, to stand behind the input `i`.
 *
 * @param organization whose leads: an expression
 * @param isDue messages of now: of what is scheduled only that counts which is being sent, since the others have their turn
 */
export function factTables(sql: Sql, organization: Fragment, { isDue }: { isDue: boolean }): Fragment {
	// The worker, for which messages are due, belongs to no organization; others may ask about their own leads only.
	const addressKey = isDue
		? sql`lma.address_key(l.organization_id, i.communication_type, l.email, l.phone, l.linkedin_url)`
		: sql`lma.lead_address_key(l.id, i.communication_type)`;
	return sql`
		left join leads l
			on l.organization_id = ${organization}
			and l.id = i.lead_id
		cross join lateral (
			select array(
				select s.reason::text
				from suppressions s
				where s.organization_id = ${organization}
					and s.lead_id = l.id
					and s.communication_type = i.communication_type
				union all
				select s.reason::text
				from suppressions s
				where s.organization_id = ${organization}
					and s.address_key = ${addressKey}
					and s.communication_type = i.communication_type
			) as reasons
		) suppressed
		cross join lateral (
			with said as materialized (
				select c.direction, c.status = 'completed' as is_past,
					c.direction = 'outbound' and not c.is_transactional as counts,
					c.direction = 'outbound' and not c.is_transactional
						and (i.only_type is null or c.communication_type = i.only_type) as counts_here,
					case
						when c.status = 'completed' then coalesce(c.completed_at, c.created_at)
						else coalesce(c.dispatch_started_at, c.scheduled_at)
					end as at
				from communications c
				where c.organization_id = ${organization}
					and c.lead_id = l.id
					and (c.status = 'completed' or c.status = 'scheduled' ${isDue ? sql`and c.dispatch_started_at is not null` : sql``})
			)
			select
				array(
					(
						select extract(epoch from said.at)::float8 * 1000
						from said
						where said.counts_here
							and said.at <= i.send_at
							and said.at > i.send_at - make_interval(days => ${LONGEST_PERIOD_DAYS + 1}::int)
						order by said.at desc
						limit ${MOST_CONTACTS}::int
					)
					union all
					(
						select extract(epoch from said.at)::float8 * 1000
						from said
						where said.counts_here
							and said.at > i.send_at
							and isfinite(said.at)
						order by said.at
						limit ${MOST_AHEAD}::int
					)
				) as contacted_at,
				(extract(epoch from max(said.at) filter (where said.direction = 'outbound')) * 1000)::float8 as last_sent_at,
				(extract(epoch from max(said.at) filter (where said.direction = 'inbound')) * 1000)::float8 as replied_at,
				(select count(*)::int from said where said.counts) as begun
			from said
			where said.is_past
				and isfinite(said.at)
		) history`;
}

/** The facts of a row, as a decision takes them. */
export function factsOf(leadId: number, row: FactRow): SendFacts {
	return { ...row, leadId, lead: row.isFound ? row : null };
}
