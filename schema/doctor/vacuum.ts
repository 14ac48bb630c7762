import type { Sql } from '../../db/connection/client';
import { type Check, count, countOf, type Finding, orFine, type Thresholds } from './finding';
import { relationName } from './scope';

interface TableUpkeep {
	table: string;
	isPartitioned: boolean;
	rows: number;
	wasAnalyzed: boolean;
	changed: number;
	analyzeThreshold: number;
	dead: number;
	vacuumThreshold: number;
	isSwitchedOff: boolean;
}

/**
 * Tables that the planner knows nothing about, or no longer, and tables in which vacuum has fallen behind: more than
 * twice what their own settings allow. PostgreSQL never analyzes the parent of partitions by itself.
 */
export const vacuum: Check = {
	name: 'vacuum and analyze',
	async run(sql: Sql, { changedRows }: Thresholds) {
		const tables = await sql<TableUpkeep[]>`
			with options as (
				select c.oid, o.option_name as name, o.option_value as value
				from pg_class c
				cross join lateral pg_options_to_table(c.reloptions) as o
			), chosen as (
				select
					c.oid,
					coalesce(max(value) filter (where name = 'autovacuum_analyze_threshold'),
						current_setting('autovacuum_analyze_threshold'))::float8 as analyze_base,
					coalesce(max(value) filter (where name = 'autovacuum_analyze_scale_factor'),
						current_setting('autovacuum_analyze_scale_factor'))::float8 as analyze_scale,
					coalesce(max(value) filter (where name = 'autovacuum_vacuum_threshold'),
						current_setting('autovacuum_vacuum_threshold'))::float8 as vacuum_base,
					coalesce(max(value) filter (where name = 'autovacuum_vacuum_scale_factor'),
						current_setting('autovacuum_vacuum_scale_factor'))::float8 as vacuum_scale,
					coalesce(bool_or(not value::boolean) filter (where name = 'autovacuum_enabled'), false) as is_switched_off
				from pg_class c
				left join options on options.oid = c.oid
				group by c.oid
			)
			select
				${relationName(sql, 'c')} as table,
				c.relkind = 'p' as is_partitioned,
				case c.relkind
					when 'p' then (
						select coalesce(sum(greatest(part.reltuples, 0)), 0)
						from pg_partition_tree(c.oid) tree
						join pg_class part on part.oid = tree.relid and tree.isleaf
					)
					-- After a reset of the statistics there are none for a while.
					else greatest(coalesce(nullif(s.n_live_tup, 0), c.reltuples), 0)
				end::float8 as rows,
				c.reltuples >= 0 as was_analyzed,
				coalesce(s.n_mod_since_analyze, 0)::float8 as changed,
				(chosen.analyze_base + chosen.analyze_scale * greatest(c.reltuples, 0))::float8 as analyze_threshold,
				coalesce(s.n_dead_tup, 0)::float8 as dead,
				(chosen.vacuum_base + chosen.vacuum_scale * greatest(c.reltuples, 0))::float8 as vacuum_threshold,
				chosen.is_switched_off
			from pg_class c
			join pg_namespace n on n.oid = c.relnamespace
			join chosen on chosen.oid = c.oid
			left join pg_stat_all_tables s on s.relid = c.oid
			where n.nspname in ('public', 'lma', 'bullmq')
				and c.relkind in ('r', 'p')
			order by 1`;
		const [settings] = await sql<{ autovacuum: boolean; trackCounts: boolean }[]>`
			select
				current_setting('autovacuum')::boolean as autovacuum,
				current_setting('track_counts')::boolean as track_counts`;
		const off = [
			...(settings?.autovacuum === false ? [switchedOff('autovacuum')] : []),
			...(settings?.trackCounts === false ? [switchedOff('track_counts')] : []),
		];
		return orFine(
			[...off, ...tables.flatMap((table) => judge(table, changedRows))],
			countOf(tables.length, 'table'),
			'analyzed and vacuumed as their settings say',
		);
	},
};

function switchedOff(setting: string): Finding {
	return {
		severity: 'problem',
		object: `setting ${setting}`,
		found: 'is off: no table is vacuumed or analyzed automatically, and the planner guesses',
		remedy: `alter system set ${setting} = on; select pg_reload_conf();`,
	};
}

function judge(table: TableUpkeep, changedRows: number): Finding[] {
	const findings: Finding[] = [];
	const warn = (found: string, remedy: string) =>
		findings.push({ severity: 'warn', object: table.table, found, remedy });
	if (table.isSwitchedOff) {
		warn('autovacuum is switched off for it', `alter table ${table.table} reset (autovacuum_enabled);`);
	}
	if (!table.wasAnalyzed && table.rows >= changedRows) {
		const why = table.isPartitioned
			? '; PostgreSQL never does that automatically for a partitioned table as a whole'
			: '';
		warn(`${countOf(table.rows, 'row')}, and never analyzed${why}`, `analyze ${table.table};`);
	} else if (table.changed >= changedRows && table.changed > 2 * table.analyzeThreshold) {
		warn(
			`${countOf(table.changed, 'row')} of ${count(table.rows)} changed since the last analyze`,
			`analyze ${table.table};`,
		);
	}
	if (table.dead >= changedRows && table.dead > 2 * table.vacuumThreshold) {
		warn(
			`${countOf(table.dead, 'dead row')} beside ${count(table.rows)} live ones: vacuum is behind, or a long transaction holds it up`,
			`vacuum (analyze) ${table.table};`,
		);
	}
	return findings;
}
