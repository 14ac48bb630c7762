import { z } from 'zod/v4';

import type { Sql } from './client';
import { rowLimit, rowOffset, text } from './field';
import { containing } from './pattern';

/** A row by what a person recognises it by, for a list to choose from. */
export interface Choice {
	id: number;
	name: string;
	/** The status of a campaign, the category of a workflow. */
	detail: string | null;
}

export const choiceFilterSchema = z.strictObject({
	/** Part of the name; letter case does not matter. */
	search: text(255).optional(),
	limit: rowLimit,
	offset: rowOffset,
});
export type ChoiceFilter = z.input<typeof choiceFilterSchema>;

/** A page of the organization's campaigns, newest first. One statement. */
export function listCampaignChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = choiceFilterSchema.parse(filter);
	return sql<Choice[]>`
		select c.id, c.name, c.status::text as detail
		from campaigns c
		where c.organization_id = (select lma.current_organization_id())
			${nameHolds(sql, conditions.search)}
		order by c.id desc
		limit ${limit}
		offset ${offset}`;
}

/** A page of the organization's registered workflows by name. One statement. */
export function listWorkflowChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = choiceFilterSchema.parse(filter);
	return sql<Choice[]>`
		select w.id, w.name, w.category as detail
		from workflows w
		where w.organization_id = (select lma.current_organization_id())
			${nameHolds(sql, conditions.search)}
		order by w.name, w.id
		limit ${limit}
		offset ${offset}`;
}

function nameHolds(sql: Sql, search: string | undefined) {
	return search ? sql`and name ilike ${containing(search)}` : sql``;
}
