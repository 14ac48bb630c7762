import type { Sql } from '../../db/connection/client';
import { isOurs, shortName } from './catalogue';

/** Who connects, besides the owner. A tenant login is in lma_app by way of lma_tenant. */
export const ROLES = ['lma_app', 'lma_readonly', 'lma_worker'] as const;

/** What one role may do with one table or view. */
export interface Access {
	relation: string;
	role: string;
	/** `read`, `insert`, `update`, `delete`; with a star when only some columns are meant. */
	privileges: string[];
	/** Which rows its policies show; null for views, which ask the policies of their tables. */
	rows: 'own' | 'all' | 'none' | null;
}

export interface DocumentedView {
	name: string;
	comment: string;
}

export interface DocumentedFunction {
	/** With the names of its arguments: `lma.rule_matches(actual, operator, expected)`. */
	name: string;
	returns: string;
	runsAsOwner: boolean;
	/** Of ROLES. */
	callers: string[];
	isTrigger: boolean;
	comment: string;
}

/** The rights of each role on each relation; nothing for those without any. */
export async function readAccess(sql: Sql): Promise<Access[]> {
	return sql<Access[]>`
		select
			${shortName(sql, 'c.oid')} as relation,
			r.rolname as role,
			granted.privileges,
			case when c.relkind = 'v' then null when not c.relrowsecurity then 'all' else coalesce((
				select case when bool_or(pg_get_expr(p.polqual, p.polrelid) = 'true') then 'all' else 'own' end
				from pg_policy p
				where p.polrelid = c.oid
					and (0 = any(p.polroles) or r.oid = any(p.polroles))
				having count(*) > 0
			), 'none') end as rows
		from pg_class c
		cross join pg_roles r
		cross join lateral (
			select array_agg(word || case when is_whole then '' else '*' end order by position) as privileges
			from (
				select
					word,
					position,
					has_table_privilege(r.oid, c.oid, word_in_sql) as is_whole,
					case when word = 'delete' then false else has_any_column_privilege(r.oid, c.oid, word_in_sql) end as is_partial
				from unnest(array['read', 'insert', 'update', 'delete'], array['select', 'insert', 'update', 'delete'])
					with ordinality as kind(word, word_in_sql, position)
			) p
			where is_whole
				or is_partial
		) as granted
		where c.relkind in ('r', 'p', 'v')
			and r.rolname = any(${[...ROLES]}::name[])
			and granted.privileges is not null
			and ${isOurs(sql)}`;
}

export async function readViews(sql: Sql): Promise<DocumentedView[]> {
	return sql<DocumentedView[]>`
		select ${shortName(sql, 'c.oid')} as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment
		from pg_class c
		where c.relkind = 'v'
			and ${isOurs(sql)}`;
}

export async function readFunctions(sql: Sql): Promise<DocumentedFunction[]> {
	return sql<DocumentedFunction[]>`
		select
			format('%s.%s(%s)', n.nspname, p.proname, (
				select string_agg(coalesce(argument, '…'), ', ' order by position)
				from unnest(p.proargnames, p.proargmodes) with ordinality as arguments(argument, mode, position)
				where coalesce(mode, 'i') in ('i', 'b', 'v')
			)) as name,
			case when p.proretset then 'rows' when p.prorettype = 'record'::regtype then 'a row' else coalesce(pg_get_function_result(p.oid), '') end as returns,
			p.prosecdef as runs_as_owner,
			p.prorettype = 'trigger'::regtype as is_trigger,
			coalesce(obj_description(p.oid, 'pg_proc'), '') as comment,
			(
				select coalesce(array_agg(r.rolname::text order by r.rolname), '{}')
				from pg_roles r
				where r.rolname = any(${[...ROLES]}::name[])
					and has_function_privilege(r.oid, p.oid, 'execute')
			) as callers
		from pg_proc p
		join pg_namespace n on n.oid = p.pronamespace
		where n.nspname in ('public', 'lma')
			and p.proowner = 'lma_owner'::regrole`;
}
