import type { Fragment, Sql } from '../connection/client';

/**
 * Changes with everything of a lead `l` that the send gate decides by, for a message of this type; an inbound message moves its
 * last engagement.
 *
 * @param type of the message: an expression
 */
export function leadVersion(sql: Sql, type: Fragment): Fragment {
	return sql`md5(concat_ws(
		chr(31), l.status, l.tags, l.last_engagement_date, l.custom_fields ->> 'timezone', l.email, l.phone, l.linkedin_url,
		(
			select string_agg(s.id::text, ',' order by s.id)
			from (
				select s.id
				from suppressions s
				where s.organization_id = l.organization_id
					and s.lead_id = l.id
					and s.communication_type = ${type}
				union all
				select s.id
				from suppressions s
				where s.organization_id = l.organization_id
					and s.address_key = lma.address_key(l.organization_id, ${type}, l.email, l.phone, l.linkedin_url)
					and s.communication_type = ${type}
			) s
		)))`;
}
