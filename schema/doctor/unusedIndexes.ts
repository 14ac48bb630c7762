import type { Sql } from '../../db/connection/client';
import { DOCUMENTED_INDEXES } from './documentedIndexes';
import { bytes, type Check, countOf, duration, type Finding, orFine, type Thresholds } from './finding';
import { ourSchemas, relationName, supportsForeignKey } from './scope';

interface UsedIndex {
	index: string;
	name: string;
	isPartitioned: boolean;
	scans: number;
	bytes: number;
	statisticsSeconds: number;
	isNeeded: boolean;
}

/**
 * Indexes that no query has used since the statistics were reset. Left out: those behind a primary key, a unique key or
 * the only way to find the rows of a foreign key. Those of the schema document are counted and not complained about.
 */
export const unusedIndexes: Check = {
	name: 'unused indexes',
	async run(sql: Sql, { unusedIndexDays, unusedIndexBytes }: Thresholds) {
		const all = await sql<UsedIndex[]>`
			with usage as (
				-- The indexes of partitions count for the one on their table.
				select
					coalesce(pg_partition_root(i.indexrelid), i.indexrelid) as root,
					sum(coalesce(s.idx_scan, 0)) as scans,
					sum(pg_relation_size(i.indexrelid)) as bytes
				from pg_index i
				left join pg_stat_all_indexes s on s.indexrelid = i.indexrelid
				group by root
			), statistics as (
				-- Since when is not known without a reset; they reach back to the start of the server at least.
				select extract(epoch from now() - coalesce(stats_reset, pg_postmaster_start_time())) as seconds
				from pg_stat_database
				where datname = current_database()
			)
			select
				${relationName(sql, 'c')} as index,
				c.relname as name,
				c.relkind = 'I' as is_partitioned,
				u.scans::float8 as scans,
				u.bytes::float8 as bytes,
				statistics.seconds::float8 as statistics_seconds,
				i.indisunique or exists (
					select
					from pg_constraint f
					where f.contype = 'f'
						and ${supportsForeignKey(sql)}
						and not exists (
							select
							from pg_index other
							join usage on usage.root = other.indexrelid
							cross join lateral (select other.*) as i
							where other.indexrelid <> c.oid
								and (usage.scans > 0 or other.indisunique)
								and ${supportsForeignKey(sql)}
						)
				) as is_needed
			from usage u
			join pg_index i on i.indexrelid = u.root
			join pg_class c on c.oid = i.indexrelid
			cross join statistics
			where ${ourSchemas(sql, 'c.relnamespace')}
			order by u.bytes desc`;
		const unused = all.filter(({ scans, isNeeded }) => scans === 0 && !isNeeded);
		const documented = unused.filter(({ name }) => isDocumented(name));
		const large = unused.filter((index) => !isDocumented(index.name) && index.bytes >= unusedIndexBytes);
		const covered = all[0]?.statisticsSeconds ?? 0;
		if (covered < unusedIndexDays * 86_400) {
			return orFine(
				[],
				countOf(all.length, 'index').replace('indexs', 'indexes'),
				`usage is known for ${duration(covered)} only; unused indexes are reported after ${unusedIndexDays} days`,
			);
		}
		const kept = documented.reduce((sum, index) => sum + index.bytes, 0);
		return orFine(
			large.map(toFinding),
			`${all.length} indexes`,
			`none has gone unused for ${duration(covered)}, except ${documented.length} (${bytes(kept)}) of the schema document`,
		);
	},
};

function isDocumented(name: string): boolean {
	return (DOCUMENTED_INDEXES as readonly string[]).includes(name);
}

function toFinding(index: UsedIndex): Finding {
	const how = index.isPartitioned ? '' : 'concurrently ';
	return {
		severity: 'warn',
		object: `index ${index.index}`,
		found: `never scanned in ${duration(index.statisticsSeconds)}, and takes up ${bytes(index.bytes)}`,
		remedy: `drop index ${how}${index.index}; -- if no replica uses it either`,
	};
}
