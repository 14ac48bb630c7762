import { z } from 'zod/v4';

import { parseInput } from '../../domain/input/parseInput';
import { type Campaign, CAMPAIGN_STATUSES } from '../../domain/campaign/campaign';
import { day, label, text } from '../../domain/input/field';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import type { Sql } from '../connection/client';
import { containing } from '../connection/pattern';
import { pageOrder, type PageOrder } from '../list/pageOrder';
import { pagePart } from '../list/pagePart';
import { campaignColumns } from './columns';

const filterSchema = z.strictObject({
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
	...pageFields,
});

/** Which campaigns to list; all conditions must hold. */
export const campaignFilterSchema = filterSchema.check(cursorFits(identityOf));
export type CampaignFilter = z.input<typeof campaignFilterSchema>;

const ORDERS: Record<z.output<typeof filterSchema>['orderBy'], PageOrder> = {
	name: {
		name: 'name',
		keys: ['text'],
		direction: 'asc',
		columns: (sql) => ({ keys: [sql`lower(c.name)`], id: sql`c.id` }),
	},
	newest: { name: 'newest', keys: [], direction: 'desc', columns: (sql) => ({ keys: [], id: sql`c.id` }) },
	startDate: {
		name: 'startDate',
		keys: ['day'],
		direction: 'asc',
		// Those without a start come last.
		columns: (sql) => ({ keys: [sql`coalesce(c.start_date, 'infinity')`], id: sql`c.id` }),
	},
};

function identityOf(filter: z.output<typeof filterSchema>): ListIdentity {
	const { orderBy, ...conditions } = conditionsOf(filter);
	return { rows: 'campaigns', order: ORDERS[orderBy], conditions };
}

/** Lists campaigns in one statement, with cursors where the filter asks for them. It reads all campaigns of the organization unless the newest are asked for. */
export function listCampaigns(sql: Sql, filter: CampaignFilter): PromiseLike<Listed<Campaign>[]> {
	const checked = parseInput(campaignFilterSchema, filter);
	const { status, campaignType, search, runsOn, orderBy, limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const page = pageOrder(sql, ORDERS[orderBy], { position: positionOf(checked, identity), includeCursor });
	const pattern = search && containing(search);
	const rows = sql<Listed<Campaign>[]>`
		select ${campaignColumns(sql, 'c')}${page.cursorKey}
		from campaigns c
		where c.organization_id = (select lma.current_organization_id())
			${status ? sql`and c.status = any(${status}::campaign_status_enum[])` : sql``}
			${campaignType !== undefined ? sql`and c.campaign_type = ${campaignType}` : sql``}
			${pattern ? sql`and c.name ilike ${pattern}` : sql``}
			${runsOn ? sql`and c.start_date <= ${runsOn}::date and coalesce(c.end_date >= ${runsOn}::date, true)` : sql``}
			${page.afterCursor}
		order by ${page.orderBy}
		${pagePart(sql, { limit, offset })}`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
}
