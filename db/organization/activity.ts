import type { Sql } from '../connection/client';

/** What there is of an organization, in numbers. */
export interface OrganizationActivity {
	activeUsers: number;
	/** Leads that are neither won nor lost. */
	openLeads: number;
	/** Communications that are to be sent. */
	scheduledCommunications: number;
	/** Those of them whose time has come. */
	overdueCommunications: number;
}

/** Counts what an organization has and what waits in it, in one statement. For administration: run it with `asOwner`. */
export async function countActivity(sql: Sql, organizationId: number): Promise<OrganizationActivity> {
	const [counts] = await sql<[OrganizationActivity]>`
		select
			(
				select count(*)
				from users u
				where u.organization_id = ${organizationId}
					and u.is_active
			) as active_users,
			(
				select count(*)
				from leads l
				where l.organization_id = ${organizationId}
					and l.status not in ('CLOSED_WON', 'CLOSED_LOST')
			) as open_leads,
			count(*) as scheduled_communications,
			count(*) filter (where c.dispatch_at <= now() and c.dispatch_started_at is null) as overdue_communications
		from communications c
		where c.organization_id = ${organizationId}
			and c.status = 'scheduled'`;
	return counts;
}

/**
 * Switches an organization on or off. While it is off, nodes and logins are refused, and the worker sends nothing of it and
 * keeps none of its workflows in step. Can be repeated. For administration: run it with `asOwner`.
 */
export async function setOrganizationActive(
	sql: Sql,
	organizationId: number,
	isActive: boolean,
): Promise<void> {
	await sql`
		update organizations
		set is_active = ${isActive}
		where id = ${organizationId}
			and is_active <> ${isActive}`;
}
