import type postgres from 'postgres';

/** Roles that act for one organization; `public` counts, for what it may every login may. */
const TENANT_ROLES = ['lma_app', 'lma_tenant', 'lma_readonly', 'public'];

/** What the policy of an organization's rows reads, as PostgreSQL writes it back. */
const OWN_ROWS = String.raw`^\((organization_id|id) = \( SELECT lma\.current_organization_id\(\) AS current_organization_id\)\)$`;

/**
 * Everything in the catalogue of an LMA database that could let one organization learn of another, one sentence each,
 * naming the thing. Empty when all is well. Reads as a superuser.
 */
export async function findLeaks(sql: postgres.Sql): Promise<string[]> {
	const found = await sql<{ leak: string }[]>`
		with tenant_role as (
			select role::name as role from jsonb_array_elements_text(${sql.json(TENANT_ROLES)}) as role
		), relation as (
			select c.*, c.oid::regclass::text as title, a.attnum as organization_attnum
			from pg_class c
			left join pg_attribute a on a.attrelid = c.oid
				and not a.attisdropped
				and a.attname = case c.oid when 'public.organizations'::regclass then 'id' else 'organization_id' end
			where c.relnamespace in ('public'::regnamespace, 'lma'::regnamespace)
				and c.oid <> 'lma.migrations'::regclass
		), secured as (
			select * from relation where relkind in ('r', 'p')
		)

		select format('table %s: row security is not %s', title, case when relrowsecurity then 'forced' else 'enabled' end) as leak
		from secured
		where not (relrowsecurity and relforcerowsecurity)

		union all
		select format('table %s: %s may read it, and there is no policy for it', title, role)
		from secured
		cross join tenant_role
		where has_any_column_privilege(role, secured.oid, 'select')
			and not exists (
				select
				from pg_policy p
				where p.polrelid = secured.oid
					and exists (
						select
						from unnest(p.polroles) as r(oid)
						where case when r.oid = 0 then true when role <> 'public' then pg_has_role(role, r.oid, 'usage') end))

		union all
		select format('policy %s on %s: it shows or takes more than the rows of one organization', p.polname, title)
		from secured
		join pg_policy p on p.polrelid = secured.oid
		where p.polroles && (array[0]::oid[] || array(select oid from pg_roles where rolname in (select role from tenant_role)))
			and p.polpermissive
			and (
				pg_get_expr(p.polqual, p.polrelid) !~ ${OWN_ROWS}
				or pg_get_expr(p.polwithcheck, p.polrelid) !~ ${OWN_ROWS}
				or (p.polqual is null and p.polcmd <> 'a')
				or (p.polwithcheck is null and p.polcmd = 'a'))

		union all
		select format('%s %s: it is no security_invoker', case relkind when 'v' then 'view' else 'materialized view' end, title)
		from relation
		where relkind = 'm' or (relkind = 'v' and not coalesce(reloptions @> '{security_invoker=true}', false))

		union all
		select format('function %s: %s', p.oid::regprocedure, problem)
		from pg_proc p
		cross join lateral (
			select 'its search path is not pg_catalog, pg_temp'
			where not coalesce('search_path=pg_catalog, pg_temp' = any(p.proconfig), false)
			union all
			select 'everybody may execute it'
			where exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
			union all
			select 'it runs as another than lma_owner'
			where p.prosecdef and p.proowner <> 'lma_owner'::regrole
		) as found(problem)
		where p.pronamespace = 'lma'::regnamespace
			or (p.pronamespace = 'public'::regnamespace and p.prosecdef)

		union all
		select format('column %s.%s: %s may read it', title, a.attname, r.role)
		from secured
		join pg_attribute a on a.attrelid = secured.oid
		cross join (select role from tenant_role union all values ('lma_worker'::name)) r
		where a.attname in ('hashed_password', 'secret_ciphertext')
			and not (a.attname = 'secret_ciphertext' and r.role = 'lma_worker')
			and has_column_privilege(r.role, secured.oid, a.attname, 'select')

		union all
		select format('key %s: %s may write %s, and the key does not start with organization_id',
			i.indexrelid::regclass, role, a.attname)
		from secured
		join pg_index i on i.indrelid = secured.oid
		cross join tenant_role
		join pg_attribute a on a.attrelid = secured.oid
			and (a.attnum = any(i.indkey::int2[]) or (0 = any(i.indkey::int2[]) and a.attnum > 0))
			and not a.attisdropped
		where (i.indisunique or i.indisexclusion)
			and (i.indkey[0] is distinct from secured.organization_attnum or secured.oid = 'public.organizations'::regclass)
			and (has_column_privilege(role, secured.oid, a.attnum, 'insert')
				or has_column_privilege(role, secured.oid, a.attnum, 'update'))

		union all
		select format('column %s.%s: %s may write it, and nothing limits its size: a row that exceeds 1 GB cannot be dumped',
			title, a.attname, role)
		from secured
		cross join tenant_role
		join pg_attribute a on a.attrelid = secured.oid
		where a.attlen = -1
			and a.atttypmod = -1
			and a.attgenerated = ''
			and (has_column_privilege(role, secured.oid, a.attnum, 'insert')
				or has_column_privilege(role, secured.oid, a.attnum, 'update'))
			and not exists (
				select
				from pg_constraint k
				where k.conrelid = secured.oid
					and k.contype = 'c'
					and pg_get_expr(k.conbin, k.conrelid) ~ format('octet_length\\(\\(*%s\\)', a.attname))

		union all
		select format('table %s: %s may move its rows to another organization', title, role)
		from secured
		cross join tenant_role
		where organization_attnum is not null
			and has_column_privilege(role, secured.oid, organization_attnum, 'update')

		union all
		select format('table %s: %s may %s it', title, role, lower(privilege))
		from secured
		cross join tenant_role
		cross join (values ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) as p(privilege)
		where has_table_privilege(role, secured.oid, privilege)

		union all
		select format('foreign key %s of %s: it does not carry organization_id along', k.conname, r.title)
		from pg_constraint k
		join secured r on r.oid = k.conrelid
		join secured t on t.oid = k.confrelid
		where k.contype = 'f'
			and r.organization_attnum is not null
			and t.organization_attnum is not null
			and not exists (
				select
				from unnest(k.conkey, k.confkey) as pair(own, other)
				where own = r.organization_attnum
					and other = t.organization_attnum)

		union all
		select format('sequence %s: %s may read, set or use it up', title, role)
		from relation
		cross join tenant_role
		where relkind = 'S'
			and (has_sequence_privilege(role, relation.oid, 'select') or has_sequence_privilege(role, relation.oid, 'update')
				or has_sequence_privilege(role, relation.oid, 'usage'))

		union all
		select format('schema %s: %s may create in it', nspname, role)
		from pg_namespace n
		cross join tenant_role
		where nspname in ('public', 'lma')
			and has_schema_privilege(role, n.oid, 'create')

		union all
		select format('role %s: it can log in, bypass row security, or make roles or databases', rolname)
		from pg_roles
		where rolname in ('lma_owner', 'lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly')
			and (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)

		union all
		select format('role %s: it owns something', r.rolname)
		from pg_roles r
		where r.rolname in ('lma_app', 'lma_tenant', 'lma_worker', 'lma_readonly')
			and exists (select from pg_shdepend d where d.refobjid = r.oid and d.deptype = 'o')

		union all
		select format('login %s: it is bound to one organization, and yet a member of %s', t.login, g.rolname)
		from lma.tenant_logins t
		join pg_roles l on l.rolname = t.login
		join pg_roles g on g.rolname in ('lma_worker', 'lma_owner') and pg_has_role(l.oid, g.oid, 'member')
		order by 1`;
	return found.map(({ leak }) => leak);
}
