import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { type Campaign, CAMPAIGN_STATUSES } from '../../domain/campaign/campaign';
import { day, label, rowLimit, rowOffset, text } from '../../domain/input/field';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';
import { campaignColumns } from './columns';

/** Which campaigns to list; all conditions must hold. */
export const campaignFilterSchema = z.strictObject({
	status: z.array(label(CAMPAIGN_STATUSES)).optional(),
	/** The whole type, as it is written. */
	campaignType: text(100).optional(),
	/** Part of the name; letter case does not matter. */
	search: text(255).optional(),
	/** A day from its start to its end, both included; without an end it goes on. */
	runsOn: day.optional(),
	orderBy: z
		.enum(['name', 'newest', 'startDate'], { error: 'must be name, newest or startDate' })
		.default('newest'),
	limit: rowLimit,
	offset: rowOffset,
});
export type CampaignFilter = z.input<typeof campaignFilterSchema>;

/** Lists campaigns in one statement, which reads all campaigns of the organization unless the newest are asked for. */
export function listCampaigns(sql: Sql, filter: CampaignFilter) {
	const { status, campaignType, search, runsOn, orderBy, limit, offset } = parseInput(
		campaignFilterSchema,
		filter,
	);
	const pattern = search && containing(search);
	const order = {
		name: sql`lower(c.name), c.id`,
		newest: sql`c.id desc`,
		startDate: sql`c.start_date nulls last, c.id`,
	};
	return sql<Campaign[]>`
		select ${campaignColumns(sql, 'c')}
		from campaigns c
		where c.organization_id = (select lma.current_organization_id())
			${status ? sql`and c.status = any(${status}::campaign_status_enum[])` : sql``}
			${campaignType !== undefined ? sql`and c.campaign_type = ${campaignType}` : sql``}
			${pattern ? sql`and c.name ilike ${pattern}` : sql``}
			${runsOn ? sql`and c.start_date <= ${runsOn}::date and coalesce(c.end_date >= ${runsOn}::date, true)` : sql``}
		order by ${order[orderBy]}
		limit ${limit}
		offset ${offset}`;
}
