import type { Sql } from '../../db/connection/client';
import { type Check, orFine } from './finding';

interface Offence {
	kind: 'above' | 'group' | 'both' | 'gone' | 'password';
	role: string;
	detail: string;
	remedy: string;
}

const FOUND: Record<Offence['kind'], (detail: string) => string> = {
	above: (group) => `is in ${group}, and is a superuser or has BYPASSRLS: row security does not apply to it`,
	group: () => 'can log in, or bypasses row security; a group must do neither',
	both: (group) => `is a tenant login and in ${group}, which sees every organization`,
	gone: () =>
		'is bound to an organization, but no such login exists: whoever creates one with this name is bound to it',
	password: () => 'may read users.hashed_password',
};

/** Roles that see more than they should: what row security is worth depends on who connects. */
export const roles: Check = {
	name: 'roles',
	readsTables: true,
	async run(sql: Sql) {
		const offences = await sql<Offence[]>`
			with recursive member as (
				select r.oid as group_oid, r.rolname as group_name, r.oid as role
				from pg_roles r
				where r.rolname in ('lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly', 'lma_owner')
				union
				select member.group_oid, member.group_name, m.member
				from member
				join pg_auth_members m on m.roleid = member.role
				-- Who made a role may administer it; that alone is no membership. The two options came with PostgreSQL 16.
				where coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
					or coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
			), login as (
				select member.group_name, r.*, quote_ident(r.rolname) as name
				from member
				join pg_roles r on r.oid = member.role
				where r.oid <> member.group_oid
			)
			select 'above' as kind, name as role, string_agg(group_name, ', ' order by group_name) as detail,
				format('alter role %s nosuperuser nobypassrls;', name) as remedy
			from login
			where group_name <> 'lma_owner'
				and (rolsuper or rolbypassrls)
			group by name
			union all
			select 'group', r.rolname, '', format('alter role %I nologin nosuperuser nobypassrls;', r.rolname)
			from pg_roles r
			where r.rolname in (select group_name from member)
				and (r.rolcanlogin or r.rolsuper or r.rolbypassrls)
			union all
			select 'both', name, group_name, format('revoke %I from %s;', group_name, name)
			from login
			where group_name in ('lma_worker', 'lma_owner')
				and not rolsuper
				and oid in (select role from member where group_name = 'lma_tenant')
			union all
			select 'gone', quote_ident(t.login), '', format('delete from lma.tenant_logins where login = %L;', t.login)
			from lma.tenant_logins t
			where not exists (select from pg_roles r where r.rolname = t.login)
			union all
			select 'password', coalesce(quote_ident(r.rolname), 'public'), '',
				format(
					'revoke select on users from %1$s; grant select (%2$s) on users to %1$s;',
					coalesce(quote_ident(r.rolname), 'public'),
					(
						select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
						from pg_attribute a
						where a.attrelid = to_regclass('public.users')
							and a.attnum > 0
							and not a.attisdropped
							and a.attname <> 'hashed_password'
					))
			from pg_class c
			join pg_attribute a on a.attrelid = c.oid and a.attname = 'hashed_password'
			cross join lateral (
				select grantee from aclexplode(c.relacl) where privilege_type = 'SELECT'
				union
				select grantee from aclexplode(a.attacl) where privilege_type = 'SELECT'
			) as granted
			left join pg_roles r on r.oid = granted.grantee
			where c.oid = to_regclass('public.users')
				and (
					granted.grantee = 0
					or exists (select from member where role = granted.grantee and group_name <> 'lma_owner')
				)
			order by 1, 2, 3`;
		return orFine(
			offences.map(({ kind, role, detail, remedy }) => ({
				severity: kind === 'gone' ? 'warn' : 'problem',
				object: `role ${role}`,
				found: FOUND[kind](detail),
				remedy,
			})),
			'roles',
			'none bypasses row security, none can read password hashes',
		);
	},
};
