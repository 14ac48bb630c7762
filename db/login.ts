import { randomBytes } from 'node:crypto';

import type postgres from 'postgres';

import { LmaError } from './errors';
import { asOwner } from './owner';
import { findOrganization } from './organization';
import { scramVerifier } from './scram';

export interface Login {
	user: string;
	password: string;
}

export interface NewLogin {
	/** The name of the PostgreSQL role. Tenant logins default to `lma_<slug>_<6 letters>`. */
	user?: string;
	/** Default: 32 random characters. */
	password?: string;
}

/**
 * Makes a PostgreSQL login for a worker, or for nodes that choose their organization themselves. An existing login
 * of that group gets the password, so it can be repeated; any other role of that name is refused. Needs CREATEROLE.
 */
export async function createLogin(
	sql: postgres.Sql,
	memberOf: 'lma_app' | 'lma_worker' | 'lma_readonly',
	{ user, password = randomPassword() }: NewLogin & { user: string },
): Promise<Login> {
	await makeRole(sql, user, password, memberOf);
	return { user, password };
}

/**
 * Makes a PostgreSQL login bound to one organization: whatever SQL is run with it, it sees and changes that
 * organization alone. This is what the LMA credential in n8n should use. Can be repeated with the same user. Needs
 * CREATEROLE; throws when there is no such organization.
 */
export async function createTenantLogin(
	sql: postgres.Sql,
	slug: string,
	login: NewLogin = {},
): Promise<Login> {
	const organization = await asOwner(sql, (tx) => findOrganization(tx, slug));
	if (!organization) {
		throw new LmaError(
			'ORGANIZATION_NOT_FOUND',
			`Organization ${slug} not found`,
			'`lma org list` shows the ones that exist, `lma org create` makes one.',
		);
	}
	const user =
		login.user ?? `lma_${slug.replaceAll('-', '_').slice(0, 48)}_${randomBytes(3).toString('hex')}`;
	const password = login.password ?? randomPassword();
	// Bound before it can log in.
	await asOwner(sql, async (tx) => {
		await tx`
			insert into lma.tenant_logins (login, organization_id)
			values (${user}, ${organization.id})
			on conflict (login) do update
			set organization_id = excluded.organization_id`;
	});
	await makeRole(sql, user, password, 'lma_tenant');
	return { user, password };
}

async function makeRole(sql: postgres.Sql, user: string, password: string, group: string): Promise<void> {
	if (!/^[\x20-\x7e]+$/.test(password)) {
		throw new LmaError(
			'INVALID_VALUE',
			'The password has characters outside ASCII',
			'Use letters, digits and signs.',
		);
	}
	const role = sql(user);
	await sql.begin(async (tx) => {
		const [existing] = await tx<{ isMember: boolean }[]>`
			select exists (
				select
				from pg_auth_members m
				where m.member = r.oid
					and m.roleid = ${group}::text::regrole
			) as is_member
			from pg_roles r
			where r.rolname = ${user}`;
		if (existing && !existing.isMember) {
			throw new LmaError(
				'ALREADY_EXISTS',
				`The PostgreSQL role ${user} exists and is not in ${group}`,
				'Choose another name: its password and rights are left alone.',
			);
		}
		// Utility statements take no parameters; the verifier has only base64, `$` and `:` in it.
		const verifier = tx.unsafe(`'${scramVerifier(password)}'`);
		await tx`${tx.unsafe(existing ? 'alter' : 'create')} role ${role} login password ${verifier}`;
		await tx`grant ${tx(group)} to ${role}`;
	});
}

function randomPassword(): string {
	return randomBytes(24).toString('base64url');
}
