import { parseInput } from '../../domain/input/parseInput';
import { type Choice, type ChoiceFilter, choiceFilterSchema } from '../../domain/choice';
import type { Sql } from '../connection/client';
import { nameHolds } from '../connection/pattern';

/** A page of the organization's registered workflows by name. One statement. */
export function listWorkflowChoices(sql: Sql, filter: ChoiceFilter) {
	const { limit, offset, ...conditions } = parseInput(choiceFilterSchema, filter);
	return sql<Choice[]>`
		select w.id, w.name, w.category as detail
		from workflows w
		where w.organization_id = (select lma.current_organization_id())
			${nameHolds(sql, conditions.search)}
		order by w.name, w.id
		limit ${limit}
		offset ${offset}`;
}
