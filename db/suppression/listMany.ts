import { z } from 'zod/v4';

import { COMMUNICATION_TYPES } from '../../domain/communication/communication';
import { label, leadId, timestamp } from '../../domain/input/field';
import { parseInput } from '../../domain/input/parseInput';
import type { ListIdentity } from '../../domain/list/cursor';
import {
	conditionsOf,
	cursorFits,
	type Listed,
	pageFields,
	positionOf,
	withCursors,
} from '../../domain/list/page';
import {
	type Suppression,
	SUPPRESSION_REASONS,
	SUPPRESSION_SOURCES,
} from '../../domain/outreach/suppression';
import type { Sql } from '../connection/client';
import { pageOrder, type PageOrder } from '../list/pageOrder';

/** A row of `suppressions`: of a lead, or of an address, of which only the hash is stored. */
export interface SuppressionRow extends Suppression {
	id: number;
	/** Null for an address, which concerns every lead that has it. */
	leadId: number | null;
	/** Hash of the address: the same address has the same one. Null for a lead. */
	addressKey: string | null;
}

const filterSchema = z.strictObject({
	/** What keeps this lead from being contacted: of itself, and of the addresses it has now. */
	leadId: leadId.optional(),
	communicationType: z.array(label(COMMUNICATION_TYPES)).optional(),
	reason: z.array(label(SUPPRESSION_REASONS)).optional(),
	source: label(SUPPRESSION_SOURCES).optional(),
	/** What is of an address alone, or of a lead alone. */
	isOfAddress: z.boolean({ error: 'must be true or false; choose one of them' }).optional(),
	createdAfter: timestamp.optional(),
	createdBefore: timestamp.optional(),
	...pageFields,
});

/** Which suppressions to list; all conditions must hold. */
export const suppressionFilterSchema = filterSchema.check(cursorFits(identityOf));
export type SuppressionFilter = z.input<typeof suppressionFilterSchema>;

const NEWEST: PageOrder = {
	name: 'id desc',
	keys: [],
	direction: 'desc',
	columns: (sql) => ({ keys: [], id: sql`s.id` }),
};

function identityOf(filter: z.output<typeof filterSchema>): ListIdentity {
	return { rows: 'suppressions', order: NEWEST, conditions: conditionsOf(filter) };
}

/** Lists who must not be contacted, newest first, with cursors where the filter asks for them. One statement. */
export function listManySuppressions(
	sql: Sql,
	filter: SuppressionFilter,
): PromiseLike<Listed<SuppressionRow>[]> {
	const checked = parseInput(suppressionFilterSchema, filter);
	const { leadId, communicationType, reason, source, isOfAddress, createdAfter, createdBefore } = checked;
	const { limit, offset, includeCursor } = checked;
	const identity = identityOf(checked);
	const page = pageOrder(sql, NEWEST, { position: positionOf(checked, identity), includeCursor });
	const rows = sql<Listed<SuppressionRow>[]>`
		select s.id, s.lead_id, s.address_key, s.communication_type, s.reason, s.source,
			s.address_key is not null as is_of_address, s.user_id, s.created_at${page.cursorKey}
		from suppressions s
		where s.organization_id = (select lma.current_organization_id())
			${leadId !== undefined ? sql`and s.id = any(${idsOfLead(sql, leadId)})` : sql``}
			${communicationType ? sql`and s.communication_type = any(${communicationType}::communication_type_enum[])` : sql``}
			${reason ? sql`and s.reason = any(${reason})` : sql``}
			${source ? sql`and s.source = ${source}` : sql``}
			${isOfAddress !== undefined ? sql`and (s.address_key is not null) = ${isOfAddress}` : sql``}
			${createdAfter ? sql`and s.created_at >= ${createdAfter}::timestamptz` : sql``}
			${createdBefore ? sql`and s.created_at < ${createdBefore}::timestamptz` : sql``}
			${page.afterCursor}
		order by ${page.orderBy}
		limit ${limit}
		offset ${offset}`;
	return includeCursor ? rows.then((listed) => withCursors(listed, identity)) : rows;
}

/** The ids of what concerns a lead or the addresses that it has now, each through its index. */
function idsOfLead(sql: Sql, leadId: number) {
	return sql`array(
		select own.id
		from suppressions own
		where own.organization_id = (select lma.current_organization_id())
			and own.lead_id = ${leadId}
		union all
		select of_address.id
		from unnest(${[...COMMUNICATION_TYPES]}::communication_type_enum[]) as type
		join suppressions of_address
			on of_address.organization_id = (select lma.current_organization_id())
			and of_address.address_key = lma.lead_address_key(${leadId}, type)
			and of_address.communication_type = type
	)`;
}
