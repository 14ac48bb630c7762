import type postgres from 'postgres';

import type { OrganizationShare } from '../data/distribution';
import { slugOf } from '../data/organizations';

/** What queries about one organization are asked with, in an order that says nothing. */
export interface Values {
	organizationId: number;
	slug: string;
	name: string;
	/** Ids of leads, all of them as likely. */
	leads: number[];
	/** The leads with the most communications, of the busiest down. */
	busyLeads: number[];
	emails: string[];
	/** Users who own leads, and the busiest of them. */
	owners: number[];
	/** The user with the most leads. */
	busiestOwner: number;
	contracts: string[];
	/** Beginnings of a week each, ISO 8601. */
	weeks: string[];
	/** The end of the generated history, ISO 8601. */
	today: string;
	/** What idx_leads_search is on, as SQL. */
	searchExpression: string;
}

const HOW_MANY = 50;

/** Draws the values of an organization from a generated database. The same database gives the same. */
export async function drawValues(sql: postgres.Sql, share: OrganizationShare): Promise<Values> {
	const [organization] = await sql<{ name: string; today: Date }[]>`
		select name, bench.today() as today
		from organizations
		where id = ${share.id}`;
	if (!organization) throw new Error(`Organization ${share.id} was not generated`);
	const leads = await sql<{ id: number; email: string }[]>`
		select id, email
		from leads
		where organization_id = ${share.id}
		order by hashint8extended(id, 91)
		limit ${HOW_MANY}`;
	const busy = await sql<{ lead_id: number }[]>`
		select lead_id
		from communications
		where organization_id = ${share.id}
		group by lead_id
		order by count(*) desc, lead_id
		limit ${HOW_MANY}`;
	const owners = await sql<{ assigned_to_id: number }[]>`
		select assigned_to_id
		from leads
		where organization_id = ${share.id}
			and assigned_to_id is not null
		group by assigned_to_id
		order by count(*) desc, assigned_to_id
		limit ${HOW_MANY}`;
	const contracts = await sql<{ contract: string }[]>`
		select custom_fields ->> 'contract' as contract
		from leads
		where organization_id = ${share.id}
			and custom_fields ? 'contract'
		order by hashint8extended(id, 92)
		limit ${HOW_MANY}`;
	const [search] = await sql<{ expression: string }[]>`
		select pg_get_expr(indexprs, indrelid) as expression
		from pg_index
		where indexrelid = to_regclass('idx_leads_search')`;
	if (!search) throw new Error('idx_leads_search is not there');
	const { name, today } = organization;
	return {
		organizationId: share.id,
		slug: slugOf(share.id),
		name,
		leads: leads.map(({ id }) => id),
		busyLeads: busy.map((row) => row.lead_id),
		emails: leads.map(({ email }) => email),
		owners: owners.map((row) => row.assigned_to_id),
		busiestOwner: owners[0]?.assigned_to_id ?? share.firstUser,
		contracts: contracts.length > 0 ? contracts.map(({ contract }) => contract) : ['C-0'],
		weeks: Array.from({ length: HOW_MANY }, (_, week) => daysBefore(today, 7 * (week + 2))),
		today: today.toISOString(),
		searchExpression: search.expression,
	};
}

/** A moment so many days before another, as ISO 8601. */
export function daysBefore(moment: Date | string, days: number): string {
	return new Date(new Date(moment).getTime() - days * 86_400_000).toISOString();
}
