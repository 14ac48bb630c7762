import type { TargetConditions } from '../../domain/campaign/targetCriteria';
import type { ItemResult } from '../../domain/itemResult';
import type { JsonValue, Sql } from '../connection/client';
import { readAudiences } from './readAudiences';

/** Leads that are counted at most where the count is only an addition. */
const MOST_COUNTED_BESIDE = 10_000;
/** Different criteria that are counted at most where the count is only an addition. */
const MOST_CRITERIA_BESIDE = 50;

/** Counts the leads that meet each filter, no further than `most`, in one statement. Equal filters are counted once. */
export async function countTargeted(
	sql: Sql,
	filters: readonly TargetConditions[],
	most: number,
): Promise<number[]> {
	if (filters.length === 0) return [];
	const keys = filters.map((filter) => JSON.stringify(filter));
	const distinct = [...new Set(keys)];
	const rows = await sql<{ ordinal: number; count: number }[]>`
		select f.ordinal::int as ordinal, found.count
		from jsonb_array_elements(${sql.json(distinct.map((key) => JSON.parse(key) as JsonValue))})
			with ordinality as f(filter, ordinal)
		cross join lateral (
			select count(*)::int as count
			from lma.find_leads(f.filter, 'created desc', ${most}::bigint, 0)
		) found`;
	const counts = new Map(rows.map(({ ordinal, count }) => [distinct[ordinal - 1], count]));
	return keys.map((key) => counts.get(key) ?? 0);
}

/** A row with the number of leads that its criteria mean. */
export type Targeted<Row> = Row & {
	/** How many leads meet the criteria now, counted up to 10,000; null where there are too many campaigns to count for. */
	targetedLeads: number | null;
};

/** Adds to the campaigns among the results how many leads their criteria mean, in one statement and those of `readAudiences`. */
export async function withTargetedLeads<Row extends { targetCriteria: unknown }>(
	sql: Sql,
	results: readonly ItemResult<Row>[],
): Promise<ItemResult<Targeted<Row>>[]> {
	const audiences = await readAudiences(
		sql,
		results.map(({ row }) => row?.targetCriteria),
	);
	// What cannot be understood means nobody.
	const filters = audiences.map((audience) => ('filter' in audience ? audience.filter : null));
	const wanted = filters.filter((filter) => filter !== null);
	const isTooMany = new Set(wanted.map((filter) => JSON.stringify(filter))).size > MOST_CRITERIA_BESIDE;
	const counts = isTooMany ? [] : await countTargeted(sql, wanted, MOST_COUNTED_BESIDE);
	let next = 0;
	return results.map((result, index) => {
		const targetedLeads = filters[index] === null ? 0 : (counts[next++] ?? null);
		return result.error ? result : { row: { ...result.row, targetedLeads } };
	});
}
