import type { Sql } from '../../db/connection/client';
import { type Check, countOf, type Finding, orFine } from './finding';
import { ourSchemas, relationName } from './scope';

interface SecuredTable {
	table: string;
	organizationColumn: string;
	isEnabled: boolean;
	isForced: boolean;
	/** Of our roles, those that hold a privilege and match no policy. */
	blindRoles: string[];
	/** Policies for a tenant's roles that do not ask for the current organization. */
	openPolicies: string[];
}

/**
 * Tables with an organization's rows that somebody of ours may read or write, or that we own: row security on, forced,
 * with a policy for every role that holds a privilege, and none that lets a tenant see more than its own rows.
 */
export const rowSecurity: Check = {
	name: 'row security',
	async run(sql: Sql) {
		const tables = await sql<SecuredTable[]>`
			with secured as (
				select c.oid, c.relowner, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
					${relationName(sql, 'c')} as name, a.attname as organization_column
				from pg_class c
				join pg_attribute a on a.attrelid = c.oid
					and a.attname = case c.oid when to_regclass('public.organizations') then 'id' else 'organization_id' end
				where c.relkind in ('r', 'p')
					and ${ourSchemas(sql, 'c.relnamespace')}
			), access as (
				select s.oid, r.rolname
				from secured s
				cross join pg_roles r
				where r.rolname in ('lma_app', 'lma_readonly', 'lma_worker', 'lma_owner')
					and (
						s.relowner = r.oid
						or has_any_column_privilege(r.oid, s.oid, 'select, insert, update')
						or has_table_privilege(r.oid, s.oid, 'delete')
					)
			)
			select
				s.name as table,
				s.organization_column,
				s.relrowsecurity as is_enabled,
				s.relforcerowsecurity as is_forced,
				(
					select coalesce(array_agg(a.rolname order by a.rolname), '{}')
					from access a
					where a.oid = s.oid
						and not exists (
							select
							from pg_policy p
							where p.polrelid = s.oid
								and (0 = any(p.polroles) or a.rolname::regrole = any(p.polroles::regrole[]))
						)
				) as blind_roles,
				(
					select coalesce(array_agg(quote_ident(p.polname) order by p.polname), '{}')
					from pg_policy p
					where p.polrelid = s.oid
						and p.polpermissive
						and exists (
							select
							from unnest(p.polroles) as granted
							left join pg_roles r on r.oid = granted
							where granted = 0 or r.rolname in ('lma_app', 'lma_tenant', 'lma_readonly')
						)
						and (
							coalesce(pg_get_expr(p.polqual, p.polrelid), 'true')
								|| coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
						) !~ 'lma\\.current_organization_id\\(\\)'
				) as open_policies
			from secured s
			where exists (select from access a where a.oid = s.oid)
			order by 1`;
		return orFine(
			tables.flatMap(judge),
			countOf(tables.length, 'table'),
			'row security is on, forced and complete',
		);
	},
};

function judge(table: SecuredTable): Finding[] {
	const findings: Finding[] = [];
	const problem = (found: string, remedy: string) =>
		findings.push({ severity: 'problem', object: table.table, found, remedy });
	if (!table.isEnabled) {
		problem(
			'row security is off: whoever may read it reads the rows of every organization',
			`alter table ${table.table} enable row level security;`,
		);
	}
	if (!table.isForced) {
		problem(
			'row security is not forced on its owner',
			`alter table ${table.table} force row level security;`,
		);
	}
	for (const policy of table.openPolicies) {
		problem(
			`policy ${policy} shows a tenant more than its own rows`,
			`drop policy ${policy} on ${table.table};`,
		);
	}
	const tenants = table.blindRoles.filter((role) => role === 'lma_app' || role === 'lma_readonly');
	if (tenants.length > 0) {
		const own = `(${table.organizationColumn} = (select lma.current_organization_id()))`;
		problem(
			`no policy for ${tenants.join(' and ')}, which therefore see nothing`,
			`create policy tenant on ${table.table} to ${tenants.join(', ')} using ${own} with check ${own};`,
		);
	}
	for (const role of ['lma_worker', 'lma_owner'].filter((wanted) => table.blindRoles.includes(wanted))) {
		problem(
			`no policy for ${role}, which therefore sees nothing`,
			`create policy ${role.slice('lma_'.length)} on ${table.table} to ${role} using (true) with check (true);`,
		);
	}
	return findings;
}
