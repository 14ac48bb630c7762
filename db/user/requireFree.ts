import { LmaError } from '../../domain/error/errors';
import type { Sql } from '../connection/client';

interface Taken {
	id: number;
	organization: string | null;
	isAddress: boolean;
}

/**
 * Makes sure that no other user has this address, whatever its letter case, or this user name. Users of all organizations
 * count. For administration: run it with `asOwner`.
 *
 * @param userId the user who is to have them, if there is one already
 * @throws LmaError `ALREADY_EXISTS` that names the other user by id and organization; the address is not repeated
 */
export async function requireFree(
	sql: Sql,
	wanted: { email?: string | undefined; username?: string | undefined },
	userId?: number,
): Promise<void> {
	const { email = null, username = null } = wanted;
	const [taken] = await sql<Taken[]>`
		select u.id, o.slug as organization, u.email_key = lower(${email}::text) is true as is_address
		from users u
		left join organizations o on o.id = u.organization_id
		where (u.email_key = lower(${email}::text) or u.username = ${username}::text)
			and u.id is distinct from ${userId ?? null}::integer
		order by is_address desc, u.id
		limit 1`;
	if (!taken) return;
	const what = taken.isAddress ? 'e-mail address' : 'user name';
	const whose = taken.organization ? `user ${taken.id} of ${taken.organization}` : `user ${taken.id}`;
	throw new LmaError(
		'ALREADY_EXISTS',
		`A user with this ${what} already exists: ${whose}`,
		taken.isAddress
			? 'An address belongs to one user of all organizations, whatever its letter case. Choose another, or change that user with `lma org user update`.'
			: 'A user name belongs to one user of all organizations. Choose another with --username.',
	);
}
