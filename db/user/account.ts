import { LmaError, NotFoundError } from '../../domain/error/errors';
import type { UserRole } from '../../domain/user/user';
import type { Sql } from '../connection/client';

/** A user as an administrator sees one: with the work that waits for them. */
export interface UserAccount {
	id: number;
	email: string;
	username: string;
	firstName: string;
	lastName: string;
	role: UserRole;
	timezone: string;
	isActive: boolean;
	lastLogin: string | null;
	/** Leads that they own and that are neither won nor lost. */
	openLeads: number;
	/** Communications in their name that are still to be sent. */
	scheduledCommunications: number;
}

/** Lists the users of an organization by name, in one statement. For administration: run it with `asOwner`. */
export function listUserAccounts(
	sql: Sql,
	organizationId: number,
	{ isActive }: { isActive?: boolean } = {},
) {
	return sql<UserAccount[]>`
		${selectAccounts(sql)}
		where u.organization_id = ${organizationId}
			and ${isActive === undefined ? sql`true` : sql`u.is_active = ${isActive}`}
		order by u.last_name, u.first_name, u.id`;
}

/**
 * One user of an organization by id (`42`) or e-mail address. The row is locked until the transaction ends,
 * unless `isLocked` is false. For administration: run it with `asOwner`.
 *
 * @throws NotFoundError or LmaError `USER_NOT_FOUND`; an address is not repeated
 */
export async function getUserAccount(
	sql: Sql,
	organization: { id: number; slug: string },
	idOrEmail: string,
	{ isLocked = true }: { isLocked?: boolean } = {},
): Promise<UserAccount> {
	const isId = /^\d{1,9}$/.test(idOrEmail.trim());
	const isMeant = isId ? sql`u.id = ${Number(idOrEmail)}` : sql`u.email_key = lower(${idOrEmail.trim()})`;
	if (isLocked) {
		// By itself: what is counted then includes the leads that others have just given to the user.
		await sql`
			select
			from users u
			where u.organization_id = ${organization.id}
				and ${isMeant}
			for no key update`;
	}
	const [found] = await sql<UserAccount[]>`
		${selectAccounts(sql)}
		where u.organization_id = ${organization.id}
			and ${isMeant}`;
	if (found) return found;
	const remedy = `\`lma org user list ${organization.slug}\` shows the existing ones.`;
	if (isId) throw new NotFoundError('User', idOrEmail.trim(), remedy);
	throw new LmaError('USER_NOT_FOUND', `No user of ${organization.slug} has this e-mail address`, remedy);
}

function selectAccounts(sql: Sql) {
	return sql`
		select
			u.id, u.email, u.username, u.first_name, u.last_name, u.role, u.timezone, u.is_active, u.last_login,
			(
				select count(*)
				from leads l
				where l.organization_id = u.organization_id
					and l.assigned_to_id = u.id
					and l.status not in ('CLOSED_WON', 'CLOSED_LOST')
			) as open_leads,
			(
				select count(*)
				from communications c
				where c.organization_id = u.organization_id
					and c.user_id = u.id
					and c.status = 'scheduled'
			) as scheduled_communications
		from users u`;
}
