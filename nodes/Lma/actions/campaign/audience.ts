import { type Targeted, withTargetedLeads } from '../../../../db/campaign/countTargeted';
import type { Sql } from '../../../../db/connection/client';
import type { Campaign } from '../../../../domain/campaign/campaign';
import type { ItemResult } from '../../../../domain/itemResult';
import type { Row } from '../operation';

/** Adds to the campaigns among the results how many leads their criteria mean, in one statement. */
export async function withAudience<Found extends Campaign>(
	sql: Sql,
	results: readonly ItemResult<Found>[],
): Promise<ItemResult<Targeted<Found>>[]> {
	const found = results.flatMap(({ row }) => row ?? []);
	const targeted = await withTargetedLeads(sql, found);
	let next = 0;
	return results.map(({ error }) => (error ? { error } : { row: targeted[next++]! }));
}

/** Says of campaigns that run whom they mean, where that may be a surprise: nobody. */
export function audienceHint(written: { row: Row | Row[] }[]): string | undefined {
	const silent = written.filter(({ row }) => {
		const { status, targetedLeads } = row as Partial<Targeted<Campaign>>;
		return status === 'active' && targetedLeads === 0;
	});
	if (silent.length === 0) return undefined;
	const which = silent.length === 1 ? 'This active campaign means' : `${silent.length} active campaigns mean`;
	return `${which} no lead: nobody is enrolled. Say in Target Criteria whom it is for; { "all": true } is everybody.`;
}
