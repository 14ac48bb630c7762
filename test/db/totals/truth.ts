import type postgres from 'postgres';
import { expect } from 'vitest';

type Query = postgres.ISql<Record<never, never>>;

/** What both views show, numbers as text, so that averages compare to the last digit. */
export interface Shown {
	organizations: Record<string, string | null>[];
	users: Record<string, string | null>[];
}

/** The views as they are, all organizations; for a superuser. */
export async function shownByViews(sql: Query): Promise<Shown> {
	return {
		organizations: await sql`
			select id::text, total_leads::text, avg_lead_score::text, qualified_leads::text, won_leads::text,
				total_communications::text, total_users::text, total_workflows::text
			from v_organization_metrics
			order by v_organization_metrics.id`,
		users: await sql`
			select id::text, assigned_leads::text, avg_lead_score::text, won_leads::text, total_communications::text,
				total_notes::text
			from v_user_productivity
			order by v_user_productivity.id`,
	};
}

/** The same from the rows alone, slowly: every number a count of its own. */
export async function countedFromRows(sql: Query): Promise<Shown> {
	return {
		organizations: await sql`
			select
				o.id::text,
				(select count(*) from leads where organization_id = o.id)::text as total_leads,
				(select avg(score) from leads where organization_id = o.id)::text as avg_lead_score,
				(select count(*) from leads where organization_id = o.id and status = 'QUALIFIED')::text as qualified_leads,
				(select count(*) from leads where organization_id = o.id and status = 'CLOSED_WON')::text as won_leads,
				(select count(*) from communications c join leads l on l.id = c.lead_id where l.organization_id = o.id)::text
					as total_communications,
				(select count(*) from users where organization_id = o.id)::text as total_users,
				(select count(*) from workflows where organization_id = o.id)::text as total_workflows
			from organizations o
			order by o.id`,
		users: await sql`
			select
				u.id::text,
				(select count(*) from leads where assigned_to_id = u.id)::text as assigned_leads,
				(select avg(score) from leads where assigned_to_id = u.id)::text as avg_lead_score,
				(select count(*) from leads where assigned_to_id = u.id and status = 'CLOSED_WON')::text as won_leads,
				(select count(*) from communications where user_id = u.id)::text as total_communications,
				(select count(*) from lead_notes where user_id = u.id)::text as total_notes
			from users u
			where u.organization_id is not null
			order by u.id`,
	};
}

/** In the snapshot of this transaction, or of a new one: the views show what is there, and the database agrees. */
export async function expectExact(sql: postgres.Sql): Promise<void> {
	await sql.begin('isolation level repeatable read', (tx) => expectExactIn(tx));
}

export async function expectExactIn(tx: Query): Promise<void> {
	const shown = await shownByViews(tx);
	expect(shown).toEqual(await countedFromRows(tx));
	const drift = await tx`
		select o.id, d.*
		from organizations o, lma.totals_drift(o.id) d`;
	expect(drift).toEqual([]);
}
