import { randomInt } from 'node:crypto';

import type { Pool, Sql } from '../../db/connection/client';
import { LmaError } from '../../domain/error/errors';
import { bind, checkBinding, unbind } from './binding';
import { checkConnectionLimit, giveLimits, limitConnections } from './loginLimits';
import { findRole, type Login, makeRole, type NewLogin, randomPassword, setPassword } from './loginRole';
import { type EndedSessions, endSessions, isDenied } from './session';

/**
 * Makes a PostgreSQL login bound to one organization: whatever SQL is run with it, it sees and changes that
 * organization alone. This is what the LMA credential in n8n should use. Can be repeated with the same user, who gets
 * a new password. It may hold 30 connections at once, unless `connectionLimit` says otherwise, and its sessions begin with
 * limits on open transactions and statements. Needs CREATEROLE; throws when there is no such organization, or the user belongs to another.
 */
export async function createTenantLogin(
	sql: Pool,
	slug: string,
	{
		user = randomName(),
		password = randomPassword(),
		connectionLimit,
	}: NewLogin & { connectionLimit?: number } = {},
): Promise<Login> {
	if (connectionLimit !== undefined) checkConnectionLimit(connectionLimit);
	await changingRole(sql, user, async (tx) => {
		await bind(tx, user, slug);
		await makeRole(tx, user, password, 'lma_tenant');
		await giveLimits(tx, user, connectionLimit);
	});
	return { user, password };
}

/**
 * Sets how many connections a login of the organization may hold at once. Can be repeated. Needs CREATEROLE; throws when the
 * organization has no such login.
 */
export async function limitTenantLogin(
	sql: Pool,
	slug: string,
	user: string,
	connectionLimit: number,
): Promise<void> {
	checkConnectionLimit(connectionLimit);
	await changingRole(sql, user, async (tx) => {
		await checkBinding(tx, user, slug);
		await limitConnections(tx, user, connectionLimit);
	});
}

/**
 * Gives a login of the organization a new password and ends the sessions opened with the old one, which opens none from
 * then on. In between the login is shut: a session that is still open could give itself a password of its own. Can be
 * repeated. Needs CREATEROLE; throws when the organization has no such login.
 */
export async function rotateTenantLogin(
	sql: Pool,
	slug: string,
	user: string,
): Promise<Login & { sessions: EndedSessions }> {
	const password = randomPassword();
	await changingRole(sql, user, async (tx) => {
		await checkBinding(tx, user, slug);
		if (!(await findRole(tx, user, 'lma_tenant'))?.isMember) {
			throw new LmaError(
				'LOGIN_NOT_FOUND',
				`The PostgreSQL role ${user} is gone, or no longer in lma_tenant`,
				`Create it again with \`lma org login create ${slug} --user ${user}\`, or revoke it.`,
			);
		}
		await tx`alter role ${tx(user)} nologin password null`;
	});
	const sessions = await endSessions(sql, user);
	await changingRole(sql, user, (tx) => setPassword(tx, user, password));
	return { user, password, sessions };
}

export interface RevokedLogin {
	sessions: EndedSessions;
	/** True when the role is gone; false when it stays, unable to log in and bound to nothing. */
	dropped: boolean;
	/** Why it stays. */
	keptBecause?: string;
}

/**
 * Takes a login away from the organization: it can no longer log in, its open sessions see nothing and are ended, and
 * its role is dropped unless it owns something. Needs CREATEROLE; throws when the organization has no such login.
 */
export async function revokeTenantLogin(sql: Pool, slug: string, user: string): Promise<RevokedLogin> {
	const role = await changingRole(sql, user, async (tx) => {
		await checkBinding(tx, user, slug);
		await unbind(tx, user);
		const found = await findRole(tx, user, 'lma_tenant');
		if (found?.isMember) await tx`alter role ${tx(user)} nologin password null`;
		return found;
	});
	if (!role) return { sessions: { ended: 0, left: 0 }, dropped: true };
	if (!role.isMember) {
		const keptBecause = 'it is not in lma_tenant, so its rights are left alone';
		return { sessions: { ended: 0, left: 0 }, dropped: false, keptBecause };
	}
	const sessions = await endSessions(sql, user);
	if (sessions.left > 0) return { sessions, dropped: false, keptBecause: 'it has open sessions' };
	const keptBecause = await dropRole(sql, user);
	return keptBecause ? { sessions, dropped: false, keptBecause } : { sessions, dropped: true };
}

async function dropRole(sql: Pool, user: string): Promise<string | undefined> {
	try {
		await sql`drop role ${sql(user)}`;
		return undefined;
	} catch (error) {
		const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
		if (code === '2BP01') return 'it owns something, or rights were granted to it';
		if (code === '42501') return 'the connected user may not drop it';
		throw error;
	}
}

const MOST_ATTEMPTS = 20;

/**
 * A transaction that changes a role; again, when the role changed itself at the same moment. A lack of rights is told of
 * the role, not of the tables.
 */
async function changingRole<T>(
	sql: Pool,
	user: string,
	work: (tx: Sql) => Promise<T>,
	attempt = 1,
): Promise<T> {
	try {
		return (await sql.begin(work)) as T;
	} catch (error) {
		if (isOvertaken(error) && attempt < MOST_ATTEMPTS)
			return await changingRole(sql, user, work, attempt + 1);
		if (!isDenied(error)) throw error;
		throw new LmaError(
			'LOGIN_PERMISSION_DENIED',
			`The connected user may not create or change the PostgreSQL role ${user}`,
			'Connect as a superuser, or as a user with CREATEROLE who created the roles of LMA and this one.',
		);
	}
}

/** PostgreSQL has no code of its own for it. */
function isOvertaken(error: unknown): boolean {
	return error instanceof Error && /^tuple concurrently (updated|deleted)$/.test(error.message);
}

/** Says nothing of the organization: every login of the server can read the names of all others. */
function randomName(): string {
	const letters = Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26)));
	return `lma_t_${letters.join('')}`;
}
