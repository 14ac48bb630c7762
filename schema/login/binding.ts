import type { Pool, Sql } from '../../db/connection/client';
import { asOwner } from '../../db/connection/owner';
import { LmaError } from '../../domain/error/errors';

/** A login that is bound to one organization. */
export interface TenantLogin {
	login: string;
	/** The slug of the organization. */
	organization: string;
	createdAt: string;
	/** False when the role is gone or may not log in, though the binding is still there. */
	canLogIn: boolean;
}

/** The logins bound to an organization, or to any, by organization and name. For administration. */
export async function listTenantLogins(sql: Pool, slug?: string): Promise<TenantLogin[]> {
	return await asOwner(sql, async (tx) => {
		if (slug !== undefined) await getOrganizationId(tx, slug);
		return await tx<TenantLogin[]>`
			select t.login::text as login, o.slug as organization, t.created_at, coalesce(r.rolcanlogin, false) as can_log_in
			from lma.tenant_logins t
			join organizations o on o.id = t.organization_id
			left join pg_roles r on r.rolname = t.login
			where ${slug ?? null}::text is null or o.slug = ${slug ?? null}
			order by o.slug, t.login`;
	});
}

/** Binds a login to an organization, as the owner. A login bound to another one stays where it is: throws. */
export async function bind(tx: Sql, user: string, slug: string): Promise<void> {
	await stepAsOwner(tx, async () => {
		const organizationId = await getOrganizationId(tx, slug);
		await tx`
			insert into lma.tenant_logins (login, organization_id)
			values (${user}, ${organizationId})
			on conflict (login) do nothing`;
		const bound = await findBinding(tx, user);
		if (bound === slug) return;
		throw new LmaError(
			'ALREADY_EXISTS',
			`The login ${user} belongs to organization ${bound ?? 'unknown'}`,
			'Choose another name, or revoke it there first.',
		);
	});
}

/** Throws unless the login is bound to this organization. */
export async function checkBinding(tx: Sql, user: string, slug: string): Promise<void> {
	await stepAsOwner(tx, async () => {
		await getOrganizationId(tx, slug);
		if ((await findBinding(tx, user)) === slug) return;
		throw new LmaError(
			'LOGIN_NOT_FOUND',
			`Organization ${slug} has no login ${user}`,
			'`lma org login list` shows the logins of every organization.',
		);
	});
}

/** Takes the binding away: from the commit on, the login sees nothing, open sessions included. */
export async function unbind(tx: Sql, user: string): Promise<void> {
	await stepAsOwner(tx, () => tx`delete from lma.tenant_logins where login = ${user}`);
}

async function findBinding(tx: Sql, user: string): Promise<string | undefined> {
	const [found] = await tx<{ slug: string }[]>`
		select o.slug
		from lma.tenant_logins t
		join organizations o on o.id = t.organization_id
		where t.login = ${user}`;
	return found?.slug;
}

async function getOrganizationId(tx: Sql, slug: string): Promise<number> {
	const [found] = await tx<{ id: number }[]>`
		select id
		from organizations
		where slug = ${slug}`;
	if (found) return found.id;
	throw new LmaError(
		'ORGANIZATION_NOT_FOUND',
		`Organization ${slug} not found`,
		'`lma org list` shows the existing ones, `lma org create` creates one.',
	);
}

/** Part of a transaction that otherwise runs as the connected user, who alone may change roles. */
async function stepAsOwner(tx: Sql, work: () => PromiseLike<unknown>): Promise<void> {
	await tx`set local role lma_owner`;
	await work();
	await tx`reset role`;
}
