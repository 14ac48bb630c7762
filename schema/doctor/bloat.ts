import type { Sql } from '../../db/connection/client';
import { bytes, type Check, countOf, type Finding, orFine, type Thresholds } from './finding';
import { relationName } from './scope';

const PAGE_BYTES = 8192;
/** Pages of a table that are read to learn how wide its rows are. */
const SAMPLED_PAGES = 300;
/** Wider values are stored elsewhere, and a pointer stays. */
const INLINE_BYTES = 2000;
const POINTER_BYTES = 18;
/** Of a row: header and line pointer. Of an index entry: the same. Of the pages: their headers. */
const ROW_OVERHEAD = 28;
const ENTRY_OVERHEAD = 12;
const PAGE_OVERHEAD = 24;
/** Of a page of a btree that was filled in no order, as much is in use. A sorted build leaves 90 % in use. */
const BTREE_FILL = 0.69;
/** At least this share must be free. */
const WORTH_A_LINE = 0.5;

interface LargeRelation {
	table: string;
	/** The table itself, or one of its indexes. */
	relation: string;
	isIndex: boolean;
	pages: number;
	tablePages: number;
	rows: number;
	fillFactor: number;
	/** Of the table, as SQL writes them: all, or those of the index. */
	columns: string[];
}

/**
 * Space in tables and btree indexes that holds nothing. An estimate that needs no extension: rows times the average
 * width of a sample (at most 300 pages of each large table), with the overhead of PostgreSQL's page layout, against the
 * size of the file. Indexes on expressions are left out; equal keys share an entry, so that indexes are never estimated
 * too full of waste. Tables below the threshold are not read at all. Two statements.
 */
export const bloat: Check = {
	name: 'bloat',
	readsTables: true,
	async run(sql: Sql, { bloatBytes }: Thresholds) {
		const large = await findLarge(sql, bloatBytes / PAGE_BYTES);
		if (large.length === 0)
			return orFine([], 'tables and indexes', `none is larger than ${bytes(bloatBytes)}`);
		const widths = await sampleWidths(sql, large);
		const findings = large.flatMap((relation) => {
			const width = relation.columns.reduce(
				(sum, column) => sum + (widths.get(`${relation.table} ${column}`) ?? 0),
				0,
			);
			const wasted = (relation.pages - pagesNeeded(relation, width)) * PAGE_BYTES;
			const isWorthIt = wasted >= bloatBytes && wasted >= WORTH_A_LINE * relation.pages * PAGE_BYTES;
			return isWorthIt ? [toFinding(relation, wasted)] : [];
		});
		return orFine(
			findings,
			`${large.length} tables and indexes above ${bytes(bloatBytes)}`,
			'none is half empty',
		);
	},
};

/** Pages that so many rows of so many bytes would take. */
function pagesNeeded({ isIndex, rows, fillFactor }: LargeRelation, width: number): number {
	const aligned = Math.ceil(width / 8) * 8;
	const usable = PAGE_BYTES - PAGE_OVERHEAD;
	if (isIndex) return Math.ceil((rows * (aligned + ENTRY_OVERHEAD)) / (usable * BTREE_FILL));
	return Math.ceil((rows * (aligned + ROW_OVERHEAD)) / (usable * (fillFactor / 100)));
}

function toFinding({ relation, isIndex, pages, rows }: LargeRelation, wasted: number): Finding {
	const size = bytes(pages * PAGE_BYTES);
	return {
		severity: 'warn',
		object: isIndex ? `index ${relation}` : relation,
		found: `about ${bytes(wasted)} of ${size} are empty, with ${countOf(rows, 'row')} in it`,
		remedy: isIndex
			? `reindex index concurrently ${relation};`
			: `vacuum (full, analyze) ${relation}; -- locks the table meanwhile; pg_repack does not`,
	};
}

async function findLarge(sql: Sql, leastPages: number): Promise<LargeRelation[]> {
	return sql<LargeRelation[]>`
		with sized as (
			select c.*, pg_relation_size(c.oid) / ${PAGE_BYTES} as pages
			from pg_class c
			join pg_namespace n on n.oid = c.relnamespace
			where n.nspname in ('public', 'lma', 'bullmq')
				and c.relkind in ('r', 'i')
		)
		select
			${relationName(sql, 't')} as table,
			${relationName(sql, 'r')} as relation,
			r.relkind = 'i' as is_index,
			r.pages::int as pages,
			t.pages::int as table_pages,
			case
				when i.indpred is not null then greatest(r.reltuples, 0)
				else greatest(t.reltuples, s.n_live_tup)
			end::float8 as rows,
			coalesce((
				select o.option_value::int
				from pg_options_to_table(r.reloptions) as o
				where o.option_name = 'fillfactor'
			), 100) as fill_factor,
			(
				select array_agg(quote_ident(a.attname))
				from pg_attribute a
				where a.attrelid = t.oid
					and a.attnum > 0
					and not a.attisdropped
					and (i.indkey is null or a.attnum = any(i.indkey))
			) as columns
		from sized r
		left join pg_index i on i.indexrelid = r.oid
		join sized t on t.oid = coalesce(i.indrelid, r.oid)
		join pg_stat_all_tables s on s.relid = t.oid
		where r.pages >= ${leastPages}
			and t.reltuples >= 0
			and has_table_privilege(t.oid, 'select')
			and (i.indkey is null or i.indexprs is null and r.relam = (select oid from pg_am where amname = 'btree'))
		order by r.pages desc`;
}

/** Average bytes of each column, by `table column`. One statement for all tables. */
async function sampleWidths(sql: Sql, large: readonly LargeRelation[]): Promise<Map<string, number>> {
	const tables = new Map<string, { columns: Set<string>; percent: number }>();
	for (const { table, tablePages, columns } of large) {
		const known = tables.get(table)?.columns ?? new Set();
		for (const column of columns) known.add(column);
		tables.set(table, { columns: known, percent: Math.min(100, (100 * SAMPLED_PAGES) / tablePages) });
	}
	const samples = [...tables].map(([table, { columns, percent }]) => {
		const widths = [...columns].map((column) => {
			const size = `coalesce(pg_column_size(${column}), 0)`;
			return `avg(case when ${size} > ${INLINE_BYTES} then ${POINTER_BYTES} else ${size} end)::float8`;
		});
		const names = [...columns].map((column) => quoted(`${table} ${column}`));
		return `select array[${names.join(', ')}] as names, array[${widths.join(', ')}] as widths
			from ${table} tablesample system (${percent})`;
	});
	const rows = await sql.unsafe<{ names: string[]; widths: (number | null)[] }[]>(
		samples.join(' union all '),
	);
	return new Map(
		rows.flatMap(({ names, widths }) => names.map((name, n) => [name, widths[n] ?? 0] as const)),
	);
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
