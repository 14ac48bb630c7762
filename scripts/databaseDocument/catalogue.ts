import type { Sql } from '../../db/connection/client';

/** A table with its comment; partitions count as their table. */
export interface DocumentedTable {
	/** `leads`, `lma.tenant_logins`: public is left out. */
	name: string;
	comment: string;
	isPartitioned: boolean;
	columns: DocumentedColumn[];
	/** Bytes with all partitions, indexes and values stored apart. */
	bytes: number;
}

export interface DocumentedColumn {
	name: string;
	type: string;
	comment: string;
	isKey: boolean;
}

export interface DocumentedReference {
	table: string;
	columns: string[];
	target: string;
}

export interface DocumentedIndex {
	name: string;
	table: string;
	/** As PostgreSQL writes it, from the method on: `btree (organization_id, score DESC)`. */
	definition: string;
	hasExpression: boolean;
	isUnique: boolean;
	comment: string;
	bytes: number;
}

/** Everything of the schemas public and lma that belongs to lma_owner, by name. */
export interface Catalogue {
	tables: DocumentedTable[];
	references: DocumentedReference[];
	indexes: DocumentedIndex[];
}

/** Reads tables, foreign keys and indexes out of a migrated database. Three statements. */
export async function readCatalogue(sql: Sql): Promise<Catalogue> {
	return {
		tables: inOrder(await readTables(sql), ({ name }) => name),
		references: inOrder(await readReferences(sql), ({ table, columns }) => `${table} ${columns.join(' ')}`),
		indexes: inOrder(await readIndexes(sql), ({ table, name }) => `${table} ${name}`),
	};
}

/** Sorted by code points: the collation of a database must not show in the document. */
export function inOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
	return [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** `leads`, `lma.migrations` for the oid that an expression gives. */
export function shortName(sql: Sql, oid: string) {
	return sql.unsafe(
		`(select case n.nspname when 'public' then '' else n.nspname || '.' end || named.relname
			from pg_class named join pg_namespace n on n.oid = named.relnamespace where named.oid = ${oid})`,
	);
}

/** The condition that the relation `c` is one of ours, and no partition. */
export function isOurs(sql: Sql) {
	return sql`
		c.relowner = 'lma_owner'::regrole
		and not c.relispartition
		and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'lma'))`;
}

async function readTables(sql: Sql): Promise<DocumentedTable[]> {
	return sql<DocumentedTable[]>`
		select
			${shortName(sql, 'c.oid')} as name,
			coalesce(obj_description(c.oid, 'pg_class'), '') as comment,
			c.relkind = 'p' as is_partitioned,
			coalesce((select sum(pg_total_relation_size(relid)) from pg_partition_tree(c.oid)), pg_total_relation_size(c.oid))::float8 as bytes,
			(
				select jsonb_agg(
					jsonb_build_object(
						'name', a.attname,
						'type', format_type(a.atttypid, a.atttypmod),
						'comment', coalesce(col_description(c.oid, a.attnum), ''),
						'isKey', exists (
							select
							from pg_constraint k
							where k.conrelid = c.oid
								and k.contype in ('p', 'f')
								and a.attnum = any(k.conkey)
						))
					order by a.attnum)
				from pg_attribute a
				where a.attrelid = c.oid
					and a.attnum > 0
					and not a.attisdropped
			) as columns
		from pg_class c
		where c.relkind in ('r', 'p')
			and ${isOurs(sql)}`;
}

async function readReferences(sql: Sql): Promise<DocumentedReference[]> {
	return sql<DocumentedReference[]>`
		select
			${shortName(sql, 'k.conrelid')} as table,
			${shortName(sql, 'k.confrelid')} as target,
			(
				select array_agg(a.attname::text order by position)
				from unnest(k.conkey) with ordinality as key(attnum, position)
				join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.attnum
			) as columns
		from pg_constraint k
		join pg_class c on c.oid = k.conrelid
		where k.contype = 'f'
			and k.conparentid = 0
			and ${isOurs(sql)}`;
}

async function readIndexes(sql: Sql): Promise<DocumentedIndex[]> {
	return sql<DocumentedIndex[]>`
		select
			c.relname as name,
			${shortName(sql, 'i.indrelid')} as table,
			regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE .* USING ', '') as definition,
			i.indexprs is not null as has_expression,
			i.indisunique as is_unique,
			coalesce(obj_description(i.indexrelid, 'pg_class'), '') as comment,
			coalesce((select sum(pg_relation_size(relid)) from pg_partition_tree(i.indexrelid)), pg_relation_size(i.indexrelid))::float8
				as bytes
		from pg_index i
		join pg_class c on c.oid = i.indexrelid
		where ${isOurs(sql)}`;
}
