import type { Sql } from '../../db/connection/client';
import { type Check, orFine } from './finding';
import { ourSchemas, relationName } from './scope';

/**
 * What is there and does not work: indexes that a failed `create index concurrently` left behind, constraints that were
 * never checked, triggers that are switched off. An index that is being built right now is left out.
 */
export const validity: Check = {
	name: 'validity',
	async run(sql: Sql) {
		const broken = await sql<{ kind: 'index' | 'constraint' | 'trigger'; object: string; table: string }[]>`
			select 'index' as kind, ${relationName(sql, 'c')} as object, ${relationName(sql, 't')} as table
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			join pg_class t on t.oid = i.indrelid
			where not (i.indisvalid and i.indisready and i.indislive)
				and ${ourSchemas(sql, 'c.relnamespace')}
				and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
			union all
			select 'constraint', quote_ident(k.conname), ${relationName(sql, 't')}
			from pg_constraint k
			join pg_class t on t.oid = k.conrelid
			where not k.convalidated
				and k.contype in ('f', 'c')
				and ${ourSchemas(sql, 't.relnamespace')}
			union all
			select 'trigger', quote_ident(g.tgname), ${relationName(sql, 't')}
			from pg_trigger g
			join pg_class t on t.oid = g.tgrelid
			where g.tgenabled = 'D'
				and not g.tgisinternal
				and ${ourSchemas(sql, 't.relnamespace')}
			order by 1, 2, 3`;
		return orFine(
			broken.map(({ kind, object, table }) => {
				if (kind === 'index') {
					const isLeftover = /_cc(new|old)\d*"?$/.test(object);
					return {
						severity: 'problem',
						object: `index ${object}`,
						found: `is invalid: building it failed. Queries do not use it, and every write to ${table} pays for it`,
						remedy: `${isLeftover ? 'drop' : 'reindex'} index concurrently ${object};`,
					};
				}
				if (kind === 'constraint') {
					return {
						severity: 'warn',
						object: `constraint ${object} of ${table}`,
						found: 'was never checked against the rows that existed before it',
						remedy: `alter table ${table} validate constraint ${object};`,
					};
				}
				return {
					severity: 'problem',
					object: `trigger ${object} of ${table}`,
					found: 'is switched off: what it maintains (events, totals, dates) has not been updated since',
					remedy: `alter table ${table} enable trigger ${object};`,
				};
			}),
			'indexes, constraints, triggers',
			'all valid and switched on',
		);
	},
};
