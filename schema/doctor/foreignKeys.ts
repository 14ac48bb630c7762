import type { Sql } from '../../db/connection/client';
import { type Check, countOf, orFine } from './finding';
import { ourSchemas, relationName, supportsForeignKey } from './scope';

/** Foreign keys whose rows can only be found by reading the whole table, as deleting what they refer to has to. */
export const foreignKeys: Check = {
	name: 'foreign keys',
	async run(sql: Sql) {
		const keys = await sql<
			{
				table: string;
				constraint: string;
				columns: string;
				isPartitioned: boolean;
				rows: number;
				isIndexed: boolean;
			}[]
		>`
			select
				${relationName(sql, 't')} as table,
				f.conname as constraint,
				t.relkind = 'p' as is_partitioned,
				greatest(t.reltuples, 0)::float8 as rows,
				exists (select from pg_index i where ${supportsForeignKey(sql)}) as is_indexed,
				(
					-- The organization last: alone it narrows little.
					select string_agg(quote_ident(a.attname), ', ' order by a.attname = 'organization_id', k.position)
					from unnest(f.conkey) with ordinality as k(attnum, position)
					join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum
				) as columns
			from pg_constraint f
			join pg_class t on t.oid = f.conrelid
			where f.contype = 'f'
				and f.conparentid = 0
				and not t.relispartition
				and ${ourSchemas(sql, 't.relnamespace')}
			order by 1, 2`;
		return orFine(
			keys
				.filter(({ isIndexed }) => !isIndexed)
				.map(({ table, constraint, columns, isPartitioned, rows }) => ({
					severity: 'warn',
					object: `foreign key ${constraint} of ${table}`,
					found: `no index on (${columns}): deleting a row that it refers to reads all ${countOf(rows, 'row')}`,
					remedy: `create index ${isPartitioned ? '' : 'concurrently '}on ${table} (${columns});`,
				})),
			countOf(keys.length, 'foreign key'),
			'each has an index',
		);
	},
};
