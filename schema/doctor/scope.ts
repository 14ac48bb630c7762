import type { Sql } from '../../db/connection/client';

/**
 * The schemas whose tables the schema document and we answer for, as a condition on the oid of a namespace. The tables
 * of the queue belong to BullMQ; they are looked at only where their upkeep is ours.
 */
export function ourSchemas(sql: Sql, column: string) {
	return sql`${sql.unsafe(column)} in (select oid from pg_namespace where nspname in ('public', 'lma'))`;
}

/** `public.leads` for the alias of pg_class. */
export function relationName(sql: Sql, alias: string) {
	return sql.unsafe(
		`format('%I.%I', (select nspname from pg_namespace where oid = ${alias}.relnamespace), ${alias}.relname)`,
	);
}

/**
 * Whether the index `i` (pg_index) finds the few rows that the foreign key `f` (pg_constraint) asks for: its first column
 * is one of the key's, and not the organization alone when the key has more than that. A partial index counts when all
 * it leaves out is rows without a reference.
 */
export function supportsForeignKey(sql: Sql) {
	return sql`(
		i.indrelid = f.conrelid
		and i.indisvalid
		and i.indkey[0] = any(f.conkey)
		and (
			cardinality(f.conkey) = 1
			or i.indnkeyatts > 1 and i.indkey[1] = any(f.conkey)
			or i.indkey[0] <> (
				select a.attnum from pg_attribute a where a.attrelid = f.conrelid and a.attname = 'organization_id'
				union all
				select 0
				limit 1
			)
		)
		and (
			i.indpred is null
			or pg_get_expr(i.indpred, i.indrelid) in (
				select format('(%I IS NOT NULL)', a.attname)
				from pg_attribute a
				where a.attrelid = f.conrelid
					and a.attnum = any(f.conkey)
			)
		)
	)`;
}
