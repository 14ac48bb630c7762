import type { Sql } from '../../db/connection/client';
import { type Check, type Finding, orFine } from './finding';

/** Months after this one that should have a partition already; the worker makes three ahead. */
const MONTHS_AHEAD = 2;
/** Rows of the default partition are counted up to here. */
const COUNTED_ROWS = 10_000;

interface PartitionState {
	/** `2026-11`, this month first. */
	months: string[];
	missing: string[];
	/** Of the rows in the default partition, by month: `2026-11`. */
	strayMonths: string[];
	strayRows: number;
}

/**
 * Months to come without a partition of activity_logs, and rows that landed in the default partition because their month
 * had none: such a month cannot get its partition without moving them.
 */
export const partitions: Check = {
	name: 'partitions',
	readsTables: true,
	async run(sql: Sql) {
		const [found] = await sql<PartitionState[]>`
			with bounds as (
				select
					substring(pg_get_expr(c.relpartbound, c.oid) from $$FROM \\('([^']+)'\\)$$)::timestamptz as lower,
					substring(pg_get_expr(c.relpartbound, c.oid) from $$TO \\('([^']+)'\\)$$)::timestamptz as upper
				from pg_inherits i
				join pg_class c on c.oid = i.inhrelid
				where i.inhparent = to_regclass('public.activity_logs')
			), month as (
				select
					to_char(first, 'YYYY-MM') as name,
					exists (
						select
						from bounds
						-- One that was adopted has no lower bound.
						where coalesce(lower, '-infinity') <= first at time zone 'UTC'
							and upper >= (first + interval '1 month') at time zone 'UTC'
					) as is_there
				from generate_series(0, ${MONTHS_AHEAD}) as ahead
				cross join lateral (
					select date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead) as first
				) as m
			), stray as (
				select to_char(created_at at time zone 'UTC', 'YYYY-MM') as name
				from public.activity_logs_default
				limit ${COUNTED_ROWS}
			)
			select
				(select array_agg(name order by name) from month) as months,
				(select coalesce(array_agg(name order by name), '{}') from month where not is_there) as missing,
				(select coalesce(array_agg(distinct name), '{}') from stray) as stray_months,
				(select count(*)::int from stray) as stray_rows`;
		if (!found) return [];
		return orFine(
			judge(found),
			'activity_logs',
			`partitions up to ${found.months.at(-1) ?? ''}, nothing in the default partition`,
		);
	},
};

function judge({ months, missing, strayMonths, strayRows }: PartitionState): Finding[] {
	const findings: Finding[] = [];
	if (missing.length > 0) {
		findings.push({
			severity: missing[0] === months[0] ? 'problem' : 'warn',
			object: 'public.activity_logs',
			found: `no partition for ${missing.join(', ')}; is a worker running? It creates them ahead of time`,
			remedy: 'select lma.ensure_activity_partitions(3);',
		});
	}
	if (strayRows > 0) {
		const least = strayRows === COUNTED_ROWS ? 'at least ' : '';
		findings.push({
			severity: 'warn',
			object: 'public.activity_logs_default',
			found: `${least}${strayRows} rows of ${strayMonths.join(', ')}, which had no partition`,
			remedy: 'select lma.place_stray_activity();',
		});
	}
	return findings;
}
