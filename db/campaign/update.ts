import type { Campaign } from '../../domain/campaign/campaign';
import { CampaignDatesError, type CampaignPatch } from '../../domain/campaign/input';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { toRecord } from '../connection/record';
import { campaignColumns, CHANGED_COLUMNS } from './columns';

/**
 * Changes campaigns in one statement. Patches of the same campaign act in order, as one; each answers with the final
 * row. An unknown campaign, or one that would end before it starts, fails alone. Can be repeated.
 */
export async function updateCampaigns(
	sql: Sql,
	patches: readonly CampaignPatch[],
): Promise<ItemResult<Campaign>[]> {
	const merged = new Map<number, ReturnType<typeof toRecord>>();
	for (const { id, ...fields } of patches) merged.set(id, { ...merged.get(id), ...toRecord(fields) });
	const input = [...merged].map(([id, fields]) => ({ id, fields }));
	const rows = await sql<(Campaign & { askedId: number; isFound: boolean; isChanged: boolean })[]>`
		with input as materialized (
			select
				(item ->> 'id')::int as id,
				item -> 'fields' as fields
			from jsonb_array_elements(${sql.json(input)}) as item
		), locked as materialized (
			-- In one order, so that two bulk updates cannot wait for each other.
			select c.id
			from campaigns c
			where c.organization_id = (select lma.current_organization_id())
				and c.id in (select id from input)
			order by c.id
			for no key update
		), updated as (
			update campaigns c
			set (${sql(CHANGED_COLUMNS)}) = (
				select ${sql(CHANGED_COLUMNS.map((column) => `r.${column}`))}
				from jsonb_populate_record(c, input.fields) as r
			)
			from input
			join locked using (id)
			where c.organization_id = (select lma.current_organization_id())
				and c.id = input.id
				-- One of the two may have been stored before. What was in no order already may be renamed.
				and not (input.fields ?| array['start_date', 'end_date'] and coalesce((
					select r.end_date < r.start_date
					from jsonb_populate_record(c, input.fields) as r
				), false))
			returning c.*
		)
		select
			${campaignColumns(sql, 'updated')}, input.id as asked_id, locked.id is not null as is_found,
			updated.id is not null as is_changed
		from input
		left join locked using (id)
		left join updated using (id)`;
	const byId = new Map(rows.map(({ askedId, ...row }) => [askedId, row]));
	return patches.map(({ id }) => {
		const { isFound = false, isChanged = false, ...row } = byId.get(id) ?? {};
		if (isChanged) return { row: row as Campaign };
		return { error: isFound ? new CampaignDatesError(id) : new NotFoundError('Campaign', id) };
	});
}
