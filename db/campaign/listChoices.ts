import { parseInput } from '../../domain/input/parseInput';
import { type Choice, type ChoiceFilter, choiceFilterSchema } from '../../domain/choice';
import type { Sql } from '../connection/client';
import { nameHolds } from '../connection/pattern';

/** A page of the organization's campaigns, newest first. One statement. */
export function listCampaignChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = parseInput(choiceFilterSchema, filter);
	return sql<Choice[]>`
		select c.id, c.name, c.status::text as detail
		from campaigns c
		where c.organization_id = (select lma.current_organization_id())
			${nameHolds(sql, conditions.search)}
		order by c.id desc
		limit ${limit}
		offset ${offset}`;
}
