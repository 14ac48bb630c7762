import type { Sql } from '../../db/connection/client';
import { DOCUMENTED_INDEXES } from './documentedIndexes';
import { bytes, type Check, orFine } from './finding';
import { ourSchemas, relationName } from './scope';

/**
 * Indexes that another one makes superfluous: the same columns in the same order, or the first ones of a longer index.
 * Of two equal ones the younger goes, and never one that a constraint or the schema document needs.
 */
export const redundantIndexes: Check = {
	name: 'redundant indexes',
	async run(sql: Sql) {
		const pairs = await sql<
			{ index: string; name: string; other: string; isSame: boolean; isPartitioned: boolean; bytes: number }[]
		>`
			with candidate as (
				select
					i.*,
					c.relname as name,
					${relationName(sql, 'c')} as index,
					c.relkind = 'I' as is_partitioned,
					c.relam,
					coalesce(pg_get_expr(i.indpred, i.indrelid), '') as predicate,
					coalesce(pg_get_expr(i.indexprs, i.indrelid), '') as expressions,
					c.relname = any(${[...DOCUMENTED_INDEXES]}::text[]) as is_documented,
					exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
						as is_constraint
				from pg_index i
				join pg_class c on c.oid = i.indexrelid
				where ${ourSchemas(sql, 'c.relnamespace')}
					and not c.relispartition
					and i.indisvalid
			)
			select distinct on (a.index)
				a.index, a.name, b.index as other, a.indkey = b.indkey as is_same, a.is_partitioned,
				pg_relation_size(a.indexrelid)::float8 as bytes
			from candidate a
			join candidate b on b.indrelid = a.indrelid
				and b.indexrelid <> a.indexrelid
				and b.relam = a.relam
				and b.predicate = a.predicate
			where not a.is_constraint
				and (not a.indisunique or b.indisunique and a.indkey = b.indkey)
				-- Vectors as text, so that "is a prefix of" is a comparison of strings.
				and (
					a.indkey = b.indkey
						and a.indclass = b.indclass
						and a.indcollation = b.indcollation
						and a.indoption = b.indoption
						and a.indnkeyatts = b.indnkeyatts
						and a.expressions = b.expressions
						and (
							b.is_constraint or (b.indisunique and not a.indisunique)
							or (b.is_documented and not a.is_documented)
							or b.indexrelid < a.indexrelid and b.is_documented = a.is_documented
						)
					or a.expressions = ''
						and a.indnatts = a.indnkeyatts
						and a.indnkeyatts < b.indnkeyatts
						and a.relam = (select oid from pg_am where amname = 'btree')
						and starts_with(b.indkey::text, a.indkey::text || ' ')
						and starts_with(b.indclass::text, a.indclass::text || ' ')
						and starts_with(b.indcollation::text, a.indcollation::text || ' ')
						and starts_with(b.indoption::text, a.indoption::text || ' ')
				)
			order by a.index, is_same desc, other`;
		const [kept, surplus] = [true, false].map((wanted) =>
			pairs.filter(({ name }) => (DOCUMENTED_INDEXES as readonly string[]).includes(name) === wanted),
		) as [typeof pairs, typeof pairs];
		return orFine(
			surplus.map(({ index, other, isSame, isPartitioned, bytes: size }) => ({
				severity: 'warn',
				object: `index ${index}`,
				found: `${isSame ? `duplicates ${other}` : `is a prefix of ${other}`}, and takes up ${bytes(size)}`,
				remedy: `drop index ${isPartitioned ? '' : 'concurrently '}${index};`,
			})),
			'indexes',
			`none duplicates another, except ${kept.length} that the schema document names`,
		);
	},
};
