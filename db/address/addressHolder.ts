import type { Sql } from '../connection/client';

/**
 * Whom an address leads to in the organization, as a row `lead_id`, `is_redirected`; none when nobody. For
 * `left join lateral (${addressHolder(sql, 'i.key')}) holder on true`; an index look-up each. Of several leads with one address it is the
 * oldest. Where no lead has it, it is the one that a lead with this address was merged into, or that had it before a merge.
 *
 * @param key the column with the address, in lower case
 */
export function addressHolder(sql: Sql, key: string) {
	const redirects = redirectsOf(sql, key);
	return sql`
		select coalesce(own.id, redirect.id) as lead_id, own.id is null as is_redirected
		from (
			select min(l.id) as id
			from (
				select l.id
				from leads l
				where l.organization_id = (select lma.current_organization_id())
					and l.email_key = ${sql(key)}
				order by l.id
				limit 1
			) l
		) own
		left join lateral (
			select min(r.id) as id
			from (${redirects}) r
			where own.id is null
		) redirect on true
		where own.id is not null
			or redirect.id is not null`;
}

/** The leads that an address leads to by merges. */
function redirectsOf(sql: Sql, key: string) {
	return sql`
		select e.current_lead_id as id
		from lma.merged_leads m
		join lma.lead_merges e
			on e.organization_id = (select lma.current_organization_id()) and e.id = m.merge_id
		where m.organization_id = (select lma.current_organization_id())
			and m.email_key = ${sql(key)}
		union all
		select e.current_lead_id
		from lma.lead_merges e
		where e.organization_id = (select lma.current_organization_id())
			and e.survivor_email_key = ${sql(key)}`;
}
