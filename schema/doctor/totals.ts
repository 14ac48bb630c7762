import type { Sql } from '../../db/connection/client';
import { type Check, count, countOf, type Finding, orFine } from './finding';

/** The worker folds every few seconds; so many deltas wait when none does. */
const PENDING_DELTAS = 100_000;

/**
 * Whether the totals behind the views are true: rows counted against totals, organization by organization, in one
 * snapshot. Takes seconds for millions of rows, and holds up no writer. Two statements.
 */
export const totals: Check = {
	name: 'totals',
	readsTables: true,
	async run(sql: Sql) {
		const [schema] = await sql<{ hasTotals: boolean }[]>`
			select to_regprocedure('lma.totals_drift(integer)') is not null as has_totals`;
		if (!schema?.hasTotals) return orFine([], 'totals', 'this schema has none yet');
		const rows = await sql<{ organizationId: number; slug: string; drift: number; pending: number }[]>`
			select
				o.id as organization_id,
				o.slug,
				coalesce(d.drift, 0)::float8 as drift,
				(select deltas_pending from lma.totals_state())::float8 as pending
			from public.organizations o
			cross join lateral (
				select sum(abs(leads) + abs(score_sum) + abs(qualified) + abs(won) + abs(communications) + abs(notes)) as drift
				from lma.totals_drift(o.id)
			) d
			order by o.id`;
		const findings = rows
			.filter(({ drift }) => drift !== 0)
			.map(({ organizationId, slug, drift }): Finding => ({
				severity: 'problem',
				object: `totals of organization ${slug}`,
				found: `differ from its rows by ${count(drift)}: v_organization_metrics and v_user_productivity are wrong`,
				remedy: `select lma.repair_totals(${organizationId});`,
			}));
		const pending = rows[0]?.pending ?? 0;
		if (pending > PENDING_DELTAS) {
			findings.push({
				severity: 'warn',
				object: 'totals',
				found: `${countOf(pending, 'delta')} waiting to be folded; is a worker running? The views read them all`,
				remedy: 'select lma.fold_totals();',
			});
		}
		return orFine(findings, `totals of ${countOf(rows.length, 'organization')}`, 'equal to their rows');
	},
};
