import type { Sql } from '../../db/connection/client';
import { type Check, orFine } from './finding';
import { ourSchemas, relationName } from './scope';

interface Gap {
	kind: 'view' | 'materialized view' | 'search path' | 'public';
	object: string;
	/** The function runs with the rights of its owner. */
	isDefiner: boolean;
}

/**
 * Ways around row security: views that read as their owner, materialized views (which have no policies), functions whose
 * names can be redirected by a search path, and functions that everybody may execute, or hang on a table as a trigger.
 */
export const routines: Check = {
	name: 'views and functions',
	async run(sql: Sql) {
		const gaps = await sql<Gap[]>`
			with ours as (
				select p.oid, p.prosecdef, p.proconfig, p.proacl, p.proowner, p.prosqlbody
				from pg_proc p
				where ${ourSchemas(sql, 'p.pronamespace')}
					and p.proowner = to_regrole('lma_owner')
					and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
			)
			select 'view' as kind, ${relationName(sql, 'c')} as object, false as is_definer
			from pg_class c
			where c.relkind = 'v'
				and ${ourSchemas(sql, 'c.relnamespace')}
				and c.relowner = to_regrole('lma_owner')
				and not exists (
					select
					from pg_options_to_table(c.reloptions) as o
					where o.option_name = 'security_invoker'
						and o.option_value::boolean
				)
			union all
			select 'materialized view', ${relationName(sql, 'c')}, false
			from pg_class c
			where c.relkind = 'm'
				and ${ourSchemas(sql, 'c.relnamespace')}
				and (has_any_column_privilege('lma_app', c.oid, 'select') or has_any_column_privilege('lma_readonly', c.oid, 'select'))
			union all
			select 'search path', oid::regprocedure::text, prosecdef
			from ours
			where prosqlbody is null
				and not exists (select from unnest(proconfig) as setting where setting like 'search_path=%')
			union all
			select 'public', oid::regprocedure::text, prosecdef
			from ours
			where exists (
				select
				from aclexplode(coalesce(proacl, acldefault('f', proowner))) as granted
				where granted.grantee = 0
					and granted.privilege_type = 'EXECUTE'
			)
			order by 1, 2`;
		return orFine(gaps.map(toFinding), 'views and functions', 'none is a way around row security');
	},
};

function toFinding({ kind, object, isDefiner }: Gap) {
	const severity = isDefiner || kind.endsWith('view') ? ('problem' as const) : ('warn' as const);
	switch (kind) {
		case 'view':
			return {
				severity,
				object: `view ${object}`,
				found: 'is not security_invoker: it shows the rows of every organization that its owner may see',
				remedy: `alter view ${object} set (security_invoker = true);`,
			};
		case 'materialized view':
			return {
				severity,
				object: `materialized view ${object}`,
				found: 'is readable by tenants, and has no row security',
				remedy: `revoke all on ${object} from lma_app, lma_readonly, public;`,
			};
		case 'search path':
			return {
				severity,
				object: `function ${object}`,
				found: 'has no search_path of its own: whoever calls it chooses what its names mean',
				remedy: `alter routine ${object} set search_path = pg_catalog, pg_temp;`,
			};
		case 'public':
			return {
				severity,
				object: `function ${object}`,
				found: `may be executed by anybody${isDefiner ? ', with the rights of its owner' : ''}`,
				remedy: `revoke execute on routine ${object} from public;`,
			};
	}
}
