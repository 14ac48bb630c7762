import type { Sql } from '../../db/connection/client';
import { type Check, count, countOf, orFine } from './finding';

const WARN_ABOVE = 0.7;
const PROBLEM_ABOVE = 0.9;

/** Ids that run out: sequences close to the greatest value that they, or the column they fill, can hold. */
export const sequences: Check = {
	name: 'sequences',
	readsTables: true,
	async run(sql: Sql) {
		const all = await sql<
			{ sequence: string; table: string; column: string; last: number; greatest: number; isNarrow: boolean }[]
		>`
			select
				format('%I.%I', s.schemaname, s.sequencename) as sequence,
				a.attrelid::regclass::text as table,
				quote_ident(a.attname) as column,
				coalesce(s.last_value, 0)::float8 as last,
				least(s.max_value, case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647 end)::float8
					as greatest,
				a.atttypid <> 'int8'::regtype as is_narrow
			from pg_sequences s
			join pg_class c on c.oid = format('%I.%I', s.schemaname, s.sequencename)::regclass
			join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
			join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
			where s.schemaname in ('public', 'lma')
				and not s.cycle
			order by last desc`;
		const ending = all.filter(({ last, greatest }) => last > WARN_ABOVE * greatest);
		return orFine(
			ending.map(({ sequence, table, column, last, greatest, isNarrow }) => ({
				severity: last > PROBLEM_ABOVE * greatest ? 'problem' : 'warn',
				object: `sequence ${sequence}`,
				found: `${count(last)} of ${count(greatest)} ids of ${table}.${column} are used up`,
				remedy:
					`alter sequence ${sequence} as bigint maxvalue ${Number.MAX_SAFE_INTEGER};` +
					(isNarrow
						? ` alter table ${table} alter column ${column} type bigint; -- rewrites the table under a lock, and the columns that refer to it have to follow: plan it`
						: ''),
			})),
			countOf(all.length, 'sequence'),
			`the fullest has used ${fullest(all)} % of its ids`,
		);
	},
};

function fullest(all: readonly { last: number; greatest: number }[]): number {
	return Math.round(100 * Math.max(0, ...all.map(({ last, greatest }) => last / greatest)));
}
