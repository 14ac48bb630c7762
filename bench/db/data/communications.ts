import type { Scale } from '../scale';
import { textArray } from './functions';
import { SENTENCES, SUBJECTS } from './words';

/**
 * The statement that inserts communications `$1` to `$2` of the scale. A tenth of the latest tenth, so 1 % of all, is
 * scheduled for the next 30 days, one in 200 of those due already; 2 % have failed, 1 % were cancelled.
 */
export function communicationsStatement(scale: Scale): string {
	const all = scale.communications;
	const sentence = (purpose: number) =>
		`(${textArray(SENTENCES)})[1 + floor(${SENTENCES.length} * bench.unit(n, ${purpose}))::int]`;
	return `
		insert into public.communications (
			id, lead_id, user_id, communication_type, direction, subject, content, status, scheduled_at, completed_at,
			created_at, updated_at, organization_id, dispatch_at, dispatch_epoch, schedule_version, failure_reason
		)
		select
			n,
			lead_id,
			case when bench.unit(n, 41) < 0.85 then bench.owner_of(lead_id) end,
			('{email,call,meeting,linkedin,sms}'::communication_type_enum[])[
				1 + width_bucket(bench.unit(n, 42), '{0.6,0.8,0.88,0.96}'::float8[])],
			(case when status <> 'completed' or bench.unit(n, 43) < 0.7 then 'outbound' else 'inbound' end)
				::communication_direction_enum,
			(${textArray(SUBJECTS)})[1 + floor(${SUBJECTS.length} * bench.unit(n, 44))::int],
			${sentence(45)} || ' ' || ${sentence(46)},
			status,
			scheduled_at,
			case when status = 'completed' then created_at end,
			created_at,
			created_at,
			bench.organization_of(lead_id),
			case when status = 'scheduled' then scheduled_at end,
			case when status = 'scheduled' then 1 else 0 end,
			case when status = 'scheduled' then 1 else 0 end,
			case when status = 'failed' then 'The mailbox does not exist' end
		from (
			select
				n,
				bench.contacted_lead(n, ${all}, 47) as lead_id,
				status,
				case when status = 'scheduled' then bench.today()
					+ case when n / 10 % 200 = 0 then interval '-1 hour' else interval '30 days' end * bench.unit(n, 48)
				end as scheduled_at,
				bench.moment(n, ${all}, 720) as created_at
			from generate_series($1::bigint, $2::bigint) n
			cross join lateral (
				select (case
					when n > ${all} - ${all} / 10 and n % 10 = 0 then 'scheduled'
					when n % 50 = 1 then 'failed'
					when n % 100 = 2 then 'cancelled'
					else 'completed'
				end)::communication_status_enum as status
			) s
			offset 0
		) communication`;
}

/** The statement that inserts notes `$1` to `$2` of the scale. */
export function notesStatement(scale: Scale): string {
	return `
		insert into public.lead_notes (id, organization_id, lead_id, user_id, content, created_at, updated_at)
		select
			n, bench.organization_of(lead_id), lead_id, bench.owner_of(lead_id),
			(${textArray(SENTENCES)})[1 + floor(${SENTENCES.length} * bench.unit(n, 51))::int],
			created_at, created_at
		from (
			select
				n, bench.contacted_lead(n, ${scale.notes}, 52) as lead_id, bench.moment(n, ${scale.notes}, 720) as created_at
			from generate_series($1::bigint, $2::bigint) n
			offset 0
		) note`;
}

/** The statement that inserts memberships `$1` to `$2` of leads in campaigns: each lead in one at most. */
export function campaignLeadsStatement(scale: Scale, campaigns: { count: number; first: number }[]): string {
	const column = (key: 'count' | 'first') =>
		`('{${campaigns.map((share) => share[key]).join(',')}}'::int[])[organization_id]`;
	return `
		insert into public.campaign_leads (id, organization_id, campaign_id, lead_id, status, added_at, updated_at)
		select
			n, organization_id, ${column('first')} + floor(${column('count')} * power(bench.unit(n, 61), 2))::int, lead_id,
			case when bench.unit(n, 62) < 0.8 then 'active' else 'completed' end, added_at, added_at
		from (
			select
				n, lead_id, bench.organization_of(lead_id) as organization_id,
				bench.moment(n, ${scale.campaignLeads}, 500) as added_at
			from (
				select n, 1 + n * 10007 % ${scale.leads} as lead_id
				from generate_series($1::bigint, $2::bigint) n
			) membership
			offset 0
		) campaign_lead`;
}
