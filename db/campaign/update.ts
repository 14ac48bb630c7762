import type { Campaign } from '../../domain/campaign/campaign';
import { CampaignDatesError, type CampaignPatch } from '../../domain/campaign/input';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { toRecord } from '../connection/record';
import { campaignColumns, CHANGED_COLUMNS } from './columns';
import { writeWithAudience } from './readAudiences';

/**
 * Changes campaigns in one statement, and those of `readAudiences`. Patches of the same campaign act in order, as one; each answers with the final
 * row. What changes nothing writes nothing, and `updatedAt` stays. An unknown campaign, one that would end before it
 * starts, or a patch with criteria whose custom fields cannot be compared, fails alone. Can be repeated.
 */
export function updateCampaigns(
	sql: Sql,
	patches: readonly CampaignPatch[],
): Promise<ItemResult<Campaign>[]> {
	return writeWithAudience(sql, patches, (clear) => patchCampaigns(sql, clear));
}

async function patchCampaigns(sql: Sql, patches: readonly CampaignPatch[]): Promise<ItemResult<Campaign>[]> {
	const merged = new Map<number, ReturnType<typeof toRecord>>();
	for (const { id, ...fields } of patches) merged.set(id, { ...merged.get(id), ...toRecord(fields) });
	const input = [...merged].map(([id, fields]) => ({ id, fields }));
	const rows = await sql<(Campaign & { askedId: number; isFound: boolean; isAnswered: boolean })[]>`
		with input as materialized (
			select
				(item ->> 'id')::int as id,
				item -> 'fields' as fields
			from jsonb_array_elements(${sql.json(input)}) as item
		), locked as materialized (
			-- In one order, so that two bulk updates cannot wait for each other.
			select c.id, c as stored
			from campaigns c
			where c.organization_id = (select lma.current_organization_id())
				and c.id in (select id from input)
			order by c.id
			for no key update
		), wanted as materialized (
			select
				locked.id,
				fresh,
				fresh is distinct from stored as is_different,
				-- One of the two may have been stored before. What was in no order already may be renamed.
				fields ?| array['start_date', 'end_date']
					and coalesce((fresh).end_date < (fresh).start_date, false) as is_reversed
			from input
			join locked using (id)
			cross join lateral jsonb_populate_record(stored, fields) as fresh
		), updated as (
			update campaigns c
			set (${sql(CHANGED_COLUMNS)}) = (
				select ${sql(CHANGED_COLUMNS.map((column) => `fields.${column}`))}
				from (select (w.fresh).*) as fields
			)
			from wanted w
			where c.organization_id = (select lma.current_organization_id())
				and c.id = w.id
				and w.is_different
				and not w.is_reversed
			returning c.*
		), answer as (
			select *
			from updated
			union all
			select (fresh).*
			from wanted
			where not is_different
				and not is_reversed
		)
		select
			${campaignColumns(sql, 'answer')}, input.id as asked_id, wanted.id is not null as is_found,
			answer.id is not null as is_answered
		from input
		left join wanted using (id)
		left join answer using (id)`;
	const byId = new Map(rows.map(({ askedId, ...row }) => [askedId, row]));
	return patches.map(({ id }) => {
		const { isFound = false, isAnswered = false, ...row } = byId.get(id) ?? {};
		if (isAnswered) return { row: row as Campaign };
		return { error: isFound ? new CampaignDatesError(id) : new NotFoundError('Campaign', id) };
	});
}
