import { ConflictError } from '../../domain/error/errors';
import { parseInput } from '../../domain/input/parseInput';
import { type UserPatch, userPatchSchema } from '../../domain/user/input';
import { usernameOf } from '../../domain/user/username';
import type { Sql } from '../connection/client';
import type { UserAccount } from './account';
import { requireFree } from './requireFree';

/**
 * Changes a user; what is left out stays. A user name that is the address changes with it. Can be repeated. For
 * administration: run it with `asOwner`.
 *
 * @throws LmaError `ALREADY_EXISTS` when another user has the address or the name
 * @throws ConflictError when nobody else could administer the organization
 */
export async function updateUser(
	sql: Sql,
	organizationId: number,
	account: UserAccount,
	patch: UserPatch,
): Promise<void> {
	const { email, role, ...given } = parseInput(userPatchSchema, patch);
	const follows = email !== undefined && account.username === usernameOf(account.email);
	const username = given.username ?? (follows ? usernameOf(email) : undefined);
	if (email !== undefined || username !== undefined) await requireFree(sql, { email, username }, account.id);
	if (role !== undefined && role !== 'ADMIN') await requireOtherAdmin(sql, organizationId, account);
	await sql`
		update users
		set email = coalesce(${email ?? null}, email),
			username = coalesce(${username ?? null}, username),
			first_name = coalesce(${given.firstName ?? null}, first_name),
			last_name = coalesce(${given.lastName ?? null}, last_name),
			role = coalesce(${role ?? null}, role),
			timezone = coalesce(${given.timezone ?? null}, timezone)
		where organization_id = ${organizationId}
			and id = ${account.id}`;
}

/**
 * Makes sure that an active ADMIN is left when this user is none any more. Two at once wait for each other.
 *
 * @throws ConflictError when there is no other
 */
export async function requireOtherAdmin(
	sql: Sql,
	organizationId: number,
	{ id, role, isActive }: Pick<UserAccount, 'id' | 'role' | 'isActive'>,
): Promise<void> {
	if (role !== 'ADMIN' || !isActive) return;
	await sql`
		select
		from organizations
		where id = ${organizationId}
		for no key update`;
	const [other] = await sql`
		select id
		from users
		where organization_id = ${organizationId}
			and id <> ${id}
			and role = 'ADMIN'
			and is_active
		limit 1`;
	if (other) return;
	throw new ConflictError(
		`User ${id} is the only active ADMIN of the organization`,
		'Give another user the role first, with `lma org user update <slug> <user> --role ADMIN`; or deactivate the organization as a whole.',
	);
}
