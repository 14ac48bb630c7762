import type { Campaign } from '../../domain/campaign/campaign';
import type { NewCampaign } from '../../domain/campaign/input';
import { NotFoundError } from '../../domain/error/errors';
import type { ItemResult } from '../../domain/itemResult';
import type { Sql } from '../connection/client';
import { ordinalPlace } from '../connection/error/ordinalPlace';
import { toRecord } from '../connection/record';
import { campaignColumns } from './columns';
import { writeWithAudience } from './readAudiences';

/**
 * Creates campaigns in one statement, and those of `readAudiences`; two may have the same name. A creator who is not a user of the
 * organization fails that campaign alone, and so do criteria whose custom fields cannot be compared.
 */
export function createCampaigns(
	sql: Sql,
	campaigns: readonly NewCampaign[],
): Promise<ItemResult<Campaign>[]> {
	return writeWithAudience(sql, campaigns, (clear) => insertCampaigns(sql, clear));
}

async function insertCampaigns(sql: Sql, campaigns: readonly NewCampaign[]): Promise<ItemResult<Campaign>[]> {
	const rows = await sql<(Campaign & { creatorUnknown: number | null })[]>`
		with input as materialized (
			select
				e.ordinal,
				u.id is not null or t.created_by is null as creator_known,
				t.*
			from jsonb_array_elements(${sql.json(campaigns.map(toRecord))}) with ordinality as e(fields, ordinal)
			cross join lateral jsonb_populate_record(null::campaigns, e.fields) as t
			left join users u
				on u.organization_id = (select lma.current_organization_id())
				and u.id = t.created_by
		), created as (
			insert into campaigns (
				organization_id, name, description, campaign_type, status, target_criteria, daily_enrolment_cap,
				start_date, end_date, budget_allocated, budget_spent, goals, created_by
			)
			select
				(select lma.current_organization_id()), name, description, campaign_type, coalesce(status, 'draft'),
				coalesce(target_criteria, '{}'), daily_enrolment_cap, start_date, end_date, budget_allocated,
				coalesce(budget_spent, 0), coalesce(goals, '{}'), created_by
			from input
			where creator_known
			order by ordinal
			returning *
		)
		select ${campaignColumns(sql, 'c')}, case when not i.creator_known then i.created_by end as creator_unknown
		from (select *, ${ordinalPlace(sql, 'ordinal', ['creator_known'])} from input) i
		left join (select *, ${ordinalPlace(sql, 'id')} from created) c on c.place = i.place and i.creator_known
		order by i.ordinal`;
	return rows.map(({ creatorUnknown, ...row }) =>
		creatorUnknown === null ? { row } : { error: new NotFoundError('User', creatorUnknown) },
	);
}
