import { randomBytes } from 'node:crypto';

import type { Pool, Sql } from '../../db/connection/client';
import { LmaError } from '../../domain/error/errors';
import { scramVerifier } from './scram';

export interface Login {
	user: string;
	password: string;
}

export interface NewLogin {
	/** The name of the PostgreSQL role. Tenant logins default to `lma_t_<12 letters>`. */
	user?: string;
	/** Default: 32 random characters. */
	password?: string;
}

type Group = 'lma_app' | 'lma_worker' | 'lma_readonly' | 'lma_tenant';

/**
 * Makes a PostgreSQL login for a worker, or for nodes that choose their organization themselves. An existing login
 * of that group gets the password, so it can be repeated; any other role of that name is refused. Needs CREATEROLE.
 */
export async function createLogin(
	sql: Pool,
	memberOf: Exclude<Group, 'lma_tenant'>,
	{ user, password = randomPassword() }: NewLogin & { user: string },
): Promise<Login> {
	await sql.begin((tx) => makeRole(tx, user, password, memberOf));
	return { user, password };
}

/** Creates the role, or gives the one that is in the group already this password. For use in a transaction. */
export async function makeRole(tx: Sql, user: string, password: string, group: Group): Promise<void> {
	checkName(user);
	const role = await findRole(tx, user, group);
	if (role && !role.isMember) {
		throw new LmaError(
			'ALREADY_EXISTS',
			`The PostgreSQL role ${user} exists and is not in ${group}`,
			'Choose another name: its password and rights are left alone.',
		);
	}
	if (!role) await tx`create role ${tx(user)}`;
	await setPassword(tx, user, password);
	await tx`grant ${tx(group)} to ${tx(user)}`;
}

/** Lets a role log in with this password. The old one opens nothing from the commit on. */
export async function setPassword(tx: Sql, user: string, password: string): Promise<void> {
	if (!/^[\x20-\x7e]+$/.test(password)) {
		throw new LmaError(
			'INVALID_VALUE',
			'The password has characters outside ASCII',
			'Use ASCII letters, digits and punctuation.',
		);
	}
	// Utility statements take no parameters; the verifier has only base64, `$` and `:` in it.
	await tx`alter role ${tx(user)} login password ${tx.unsafe(`'${scramVerifier(password)}'`)}`;
}

/** Whether there is a role of this name, and whether it is a member of the group. */
export async function findRole(
	sql: Sql,
	user: string,
	group: Group,
): Promise<{ isMember: boolean } | undefined> {
	const [found] = await sql<{ isMember: boolean }[]>`
		select exists (
			select
			from pg_auth_members m
			where m.member = r.oid
				and m.roleid = ${group}::text::regrole
		) as is_member
		from pg_roles r
		where r.rolname = ${user}`;
	return found;
}

/** 32 characters, from 24 random bytes. */
export function randomPassword(): string {
	return randomBytes(24).toString('base64url');
}

function checkName(user: string): void {
	const problem =
		user === ''
			? 'is empty'
			: Buffer.byteLength(user) > 63
				? 'is longer than 63 bytes'
				: /^pg_/i.test(user)
					? 'starts with pg_, which PostgreSQL reserves for itself'
					: undefined;
	if (problem)
		throw new LmaError(
			'INVALID_VALUE',
			`The login name "${user.slice(0, 70)}" ${problem}`,
			'Choose another name.',
		);
}
