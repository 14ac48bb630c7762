import type postgres from 'postgres';

/** An index that was taken away for a bulk load. */
export interface DroppedIndex {
	table: string;
	name: string;
	definition: string;
	/** Its comment; null when it had none. */
	comment: string | null;
}

/**
 * Drops the indexes of tables in `public` that back no constraint, and returns what is needed to make them again:
 * building an index at the end is several times cheaper than keeping it during a load.
 */
export async function dropIndexes(sql: postgres.Sql, tables: readonly string[]): Promise<DroppedIndex[]> {
	const indexes = await sql<DroppedIndex[]>`
		select t.relname as table, c.relname as name, pg_get_indexdef(c.oid) as definition,
			obj_description(c.oid, 'pg_class') as comment
		from pg_index i
		join pg_class c on c.oid = i.indexrelid
		join pg_class t on t.oid = i.indrelid
		where t.relnamespace = 'public'::regnamespace
			and t.relname = any(${[...tables]})
			and not exists (select from pg_constraint where conindid = i.indexrelid)
		order by t.relname, c.relname`;
	for (const { name } of indexes) await sql`drop index ${sql(`public.${name}`)}`;
	return indexes;
}

/** Makes a dropped index again, comment included. */
export async function recreateIndex(sql: postgres.Sql, index: DroppedIndex): Promise<void> {
	// Of a partitioned table the definition says ON ONLY, which would leave its partitions without.
	await sql.unsafe(index.definition.replace(' ON ONLY ', ' ON '));
	if (index.comment === null) return;
	await sql.unsafe(`comment on index public."${index.name}" is '${index.comment.replaceAll("'", "''")}'`);
}
