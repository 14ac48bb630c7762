import type { Sql } from '../connection/client';

/** Changes with everything of a lead `l` that the send gate decides by; an inbound message moves its last engagement. */
export function leadVersion(sql: Sql) {
	return sql`md5(concat_ws(
		chr(31), l.status, l.tags, l.last_engagement_date, l.custom_fields ->> 'timezone', l.email, l.phone, l.linkedin_url))`;
}
